"""Creating customers under 64 clients, and importing 100,000 of them against COPY into one bare table."""

import csv
import datetime
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

from lib import ANBAN, DATA, Client, Deployment, Postgres, engines, load, row, say

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红文斌宇浩然子轩梓涵"


def resident_id(region, born, sequence):
    body = f"{region}{born:%Y%m%d}{sequence:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights)) % 11]


def people(count, seed):
    rng = random.Random(seed)
    for number in range(count):
        born = datetime.date(1950, 1, 1) + datetime.timedelta(days=rng.randrange(25_000))
        name = rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice([1, 2, 2])))
        # The number tells the sex: odd for men. A file that contradicts itself would be flagged row by row.
        sequence = rng.randrange(999)
        region = rng.choice(["110105", "310115", "440305", "330106", "510107"])
        yield [f"B{seed}-{number:07d}", name, "女男"[sequence % 2], born.isoformat(), "resident_id",
               resident_id(region, born, sequence),
               f"1{rng.choice(['38', '39', '50', '86', '77'])}{rng.randrange(10**8):08d}",
               f"浙江省杭州市西湖区文三路{rng.randrange(900)}号{rng.randrange(40)}幢{rng.randrange(2500)}室"]


HEADER = ["客户号", "姓名", "性别", "出生日期", "证件类型", "证件号码", "手机号", "联系地址"]


def write_file(path, count, seed):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(people(count, seed))


def timed_import(deployment, path):
    """(wall, CPU seconds of the import and the database, its last line)."""
    before_children, before_pg = os.times(), pg_cpu(deployment)
    started = time.time()
    last = deployment.anban("import", "customers", str(path), "--source", "bench").splitlines()[-1]
    wall = time.time() - started
    after = os.times()
    own = (after.children_user + after.children_system) - (before_children.children_user + before_children.children_system)
    return wall, own + pg_cpu(deployment) - before_pg, last


def pg_cpu(deployment):
    from lib import cpu_seconds
    if not deployment.postgres:
        return 0.0
    # Backends that have ended are counted in the postmaster's children.
    import pathlib
    fields = pathlib.Path(f"/proc/{deployment.postgres.pid}/stat").read_text().rsplit(")", 1)[1].split()
    ended = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
    return ended + sum(cpu_seconds(pid) for pid in deployment.postgres.processes())


# A bare customer table as an insurer would have one: typed, with a key of its own. It gives COPY's rival nothing that
# a table in use could do without (a text table without a key takes rows twice as fast and is nobody's), and asks
# nothing of it that only we do: no check, no sealing, no search, no log. Made in a transaction before the COPY, so that
# its rows are logged, and committed durably, as ours are. The rate is that of the file, read by the server from psql.
BARE = """
DROP TABLE IF EXISTS bare;
CREATE TABLE bare (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, source_id TEXT NOT NULL, name TEXT NOT NULL, sex TEXT,
  birth_date DATE, id_type TEXT, national_id TEXT, mobile TEXT, address TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now())
"""


def copy_rate(postgres, path):
    """Rows a second of COPY of the same rows into one bare table."""
    postgres.sql(BARE)
    started = time.time()
    with open(path, "rb") as file:
        subprocess.run(["psql", "-X", "-q", "-h", str(postgres.sockets), "-U", "anban", "-c",
                        "COPY bare (source_id, name, sex, birth_date, id_type, national_id, mobile, address)"
                        " FROM STDIN (FORMAT csv, HEADER)", "postgres"], stdin=file, check=True)
    return ROWS / (time.time() - started)


CREATE = """
math.randomseed(os.time())
local regions = {"110105", "310115", "440305", "330106", "510107"}
local weights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
local checks = "10X98765432"
local surnames = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周"}
local given = {"伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明"}
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer TOKEN"
wrk.headers["Content-Type"] = "application/json"
request = function()
  local year, month, day = math.random(1950, 2004), math.random(1, 12), math.random(1, 28)
  local body = string.format("%s%04d%02d%02d%03d", regions[math.random(#regions)], year, month, day, math.random(0, 999))
  local sum = 0
  for place = 1, 17 do sum = sum + tonumber(body:sub(place, place)) * weights[place] end
  local check = checks:sub(sum % 11 + 1, sum % 11 + 1)
  local name = surnames[math.random(#surnames)] .. given[math.random(#given)] .. given[math.random(#given)]
  return wrk.format(nil, "/api/v1/customers", nil, string.format(
    '{"distinct":true,"name":"%s","birth_date":"%04d-%02d-%02d","id_type":"resident_id","national_id":"%s%s","mobile":"138%08d"}',
    name, year, month, day, body, check, math.random(0, 99999999)))
end
"""

PG_INSERTS = """
\\set id random(1, 9000000000000000)
BEGIN;
SELECT 1 FROM bench_blind WHERE kind = 'national_id' AND value = decode(md5(:id::text), 'hex');
INSERT INTO bench_customers VALUES (:id, 'person', '王小明', 'wangxiaoming', 'wxm', 'male', 7000, 1, 1, 1, 1);
INSERT INTO bench_documents VALUES (:id, :id::bigint + 1, 'resident_id', decode(md5(:id::text) || md5(:id::text), 'hex'), 1);
INSERT INTO bench_contacts VALUES (:id, :id::bigint + 2, 'mobile', decode(md5(:id::text) || md5(:id::text), 'hex'), 1);
INSERT INTO bench_blind VALUES ('national_id', decode(md5(:id::text), 'hex'), :id);
INSERT INTO bench_blind VALUES ('mobile', decode(md5((:id::bigint + 1)::text), 'hex'), :id);
INSERT INTO bench_book VALUES (0, :id, '王小明', 'wangxiaoming', 'wxm', 1, 1);
INSERT INTO bench_search VALUES (:id, to_tsvector('simple', '王小 小明'));
INSERT INTO bench_events VALUES (:id, :id::bigint + 3, 'customer_created', 1, decode(md5(:id::text), 'hex'));
COMMIT;
"""

PG_TABLES = """
DROP TABLE IF EXISTS bench_customers, bench_documents, bench_contacts, bench_blind, bench_book, bench_search, bench_events;
CREATE TABLE bench_customers (id BIGINT PRIMARY KEY, kind TEXT, name TEXT, pinyin TEXT, initials TEXT, sex TEXT, birth BIGINT, a BIGINT, b BIGINT, c BIGINT, d BIGINT);
CREATE INDEX ON bench_customers (name, birth);
CREATE TABLE bench_documents (customer_id BIGINT, id BIGINT, type TEXT, sealed BYTEA, since BIGINT, PRIMARY KEY (customer_id, id));
CREATE TABLE bench_contacts (customer_id BIGINT, id BIGINT, kind TEXT, sealed BYTEA, since BIGINT, PRIMARY KEY (customer_id, id));
CREATE TABLE bench_blind (kind TEXT, value BYTEA, customer_id BIGINT, PRIMARY KEY (kind, value, customer_id));
CREATE INDEX ON bench_blind (customer_id);
CREATE TABLE bench_book (scope BIGINT, customer_id BIGINT, name TEXT, pinyin TEXT, initials TEXT, a BIGINT, b BIGINT, PRIMARY KEY (scope, customer_id));
CREATE INDEX ON bench_book (customer_id); CREATE INDEX ON bench_book (scope, pinyin, customer_id);
CREATE INDEX ON bench_book (scope, a, customer_id); CREATE INDEX ON bench_book (scope, b, customer_id);
CREATE INDEX ON bench_book (scope, initials, customer_id); CREATE INDEX ON bench_book (scope, name, customer_id);
CREATE TABLE bench_search (customer_id BIGINT PRIMARY KEY, document tsvector);
CREATE INDEX ON bench_search USING gin (document);
CREATE TABLE bench_events (customer_id BIGINT, id BIGINT, kind TEXT, at BIGINT, mac BYTEA);
CREATE INDEX ON bench_events (customer_id, at, id)
"""


def pgbench_rate(deployment):
    deployment.postgres.sql(PG_TABLES, "anban")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(PG_INSERTS)
        file.flush()
        output = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", "8", "-j", "1", "-T", "8", "-f", file.name,
                                 "-h", str(deployment.postgres.sockets), "-U", "anban", "anban"],
                                capture_output=True, text=True, check=True).stdout
    return float(re.search(r"tps = ([\d.]+)", output).group(1))


class Empty(Deployment):
    """A migrated database without customers."""

    def build(self):
        if self.postgres:
            self.postgres.sql("DROP DATABASE IF EXISTS anban")
            self.postgres.sql("CREATE DATABASE anban TEMPLATE template0")
        else:
            for path in self.directory.glob("anban.db*"):
                path.unlink()
        self.anban("migrate")
        self.anban("user", "add", "admin", "--role", "admin")


for engine in engines():
    with Empty(engine, "empty") as deployment:
        file = DATA / f"customers-{ROWS}.csv"
        if not file.exists():
            write_file(file, ROWS, 7)
        reference = Postgres(DATA / "copy-pg")
        reference.start()
        bare = sorted(copy_rate(reference, file) for _ in range(3))[1]
        reference.stop()
        wall, cpu, last = timed_import(deployment, file)
        say(f"\n{engine}: {last}")
        row(f"import of {ROWS}, {engine}", f"{ROWS / wall:.0f} rows/s ({ROWS / wall / bare:.1%} of COPY's {bare:.0f}), {cpu / ROWS * 1e6:.0f} µs CPU a row", "4 %, 250 µs", "6 %")
        again, again_cpu, last = timed_import(deployment, file)
        say(f"  {last}")
        row(f"the same file again, {engine}", f"{wall / again:.1f} times as fast, {again_cpu / ROWS * 1e6:.0f} µs CPU a row", "4 times", "8")
        deployment.serve()
        token = deployment.token()
        cost, rate = load(deployment, CREATE.replace("TOKEN", token))
        row(f"create, {engine}", f"{cost:.2f} ms CPU, {rate:.0f}/s", "0.6 ms" if engine == "sqlite" else "", "0.4 ms" if engine == "sqlite" else "")
        if engine == "postgres":
            tps = pgbench_rate(deployment)
            row("pgbench of the same inserts", f"{tps:.0f}/s; create takes {tps / rate:.1f} times as long", "3 times", "2")
    shutil.rmtree(DATA / f"{engine}-empty", ignore_errors=True)
