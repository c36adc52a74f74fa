# Shared pieces of bin/*: sourced, never run. Every function says what it does and is safe to call again.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
export LANG=C.UTF-8 LC_ALL=C.UTF-8

say() { printf '\033[1m• %s\033[0m\n' "$*" >&2; }
die() {
  printf '\033[1;31m✗ %s\033[0m\n' "$*" >&2
  exit 1
}

# need_packages run | need_packages run test: installs what is missing of bin/packages.txt.
need_packages() {
  command -v dpkg-query >/dev/null || {
    say "not a Debian system: please see that the libraries of bin/packages.txt are there"
    return 0
  }
  local wanted missing=() package
  wanted=$(awk -v uses=" $* " '!/^#/ && NF == 2 && index(uses, " " $2 " ") { print $1 }' bin/packages.txt)
  for package in $wanted; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "missing packages; as root: apt-get install ${missing[*]}"
    sudo=(sudo)
  fi
  say "installing ${missing[*]}"
  "${sudo[@]}" apt-get update -qq </dev/null
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    </dev/null >/dev/null || die "apt-get could not install ${missing[*]}"
}

# Swift 6.2 or later, on the path.
need_swift() {
  command -v swift >/dev/null || die "swift is not on the PATH; see https://www.swift.org/install/linux/ (6.2 or later)"
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -1)
  [ "$(printf '6.2\n%s\n' "$version" | sort -V | head -1)" = 6.2 ] || die "Swift 6.2 or later is needed, this is $version"
}

# fetch_wheel PROJECT VERSION SHA256: the wheel from PyPI into .tools/wheels, its sum checked; prints its path.
fetch_wheel() {
  local project=$1 version=$2 sum=$3 name=${1//-/_} file
  mkdir -p .tools/wheels
  file=$(find .tools/wheels -name "$name-$version-*.whl" | head -1)
  if [ -z "$file" ]; then
    say "fetching $project $version from PyPI"
    python3 -m pip download --quiet --no-deps --only-binary :all: --dest .tools/wheels "$project==$version" >&2 ||
      die "could not fetch $project $version"
    file=$(find .tools/wheels -name "$name-$version-*.whl" | head -1)
  fi
  echo "$sum  $file" | sha256sum --check --status || {
    rm -f "$file"
    die "the wheel of $project $version does not have the expected SHA-256; it was removed"
  }
  echo "$file"
}

# from_wheel WHEEL MEMBER TARGET: one file out of a wheel.
from_wheel() {
  python3 - "$@" <<'PYTHON'
import pathlib, sys, zipfile
wheel, member, target = sys.argv[1:]
path = pathlib.Path(target)
path.parent.mkdir(parents=True, exist_ok=True)
path.write_bytes(zipfile.ZipFile(wheel).read(member))
PYTHON
}

# axe-core 4.12, the accessibility checker that the browser tests put into pages.
fetch_axe() {
  local wheel
  [ -s .tools/axe.min.js ] && return 0
  wheel=$(fetch_wheel axe-playwright-python 0.1.8 fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8)
  from_wheel "$wheel" axe_playwright_python/axe.min.js .tools/axe.min.js
}

# The master key wraps every other key. It is made once, readable by its owner only, and is in no backup.
make_master_key() {
  local file=${ANBAN_MASTER_KEY_FILE:-var/master.key}
  mkdir -p "$(dirname "$file")"
  if [ ! -e "$file" ]; then
    say "making the master key $file (keep a copy in a safe place: without it the sealed data is lost)"
    (umask 077 && echo "1 $(head -c 32 /dev/urandom | base64 -w 0)" >"$file.new" && mv -n "$file.new" "$file")
  fi
  chmod 600 "$file"
  export ANBAN_MASTER_KEY_FILE=$file
}
