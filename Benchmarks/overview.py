"""The 360 in one answer and as a page, at size M under 64 clients; on PostgreSQL against pgbench with the same SELECTs."""

import pathlib
import re
import subprocess
import sys
import tempfile

from lib import Client, Deployment, engines, load, lua_get, row, say

SIZE = sys.argv[1] if len(sys.argv) > 1 else "M"


def statements(deployment, path, token):
    """The SELECTs that one request sends, from PostgreSQL's own log."""
    postgres = deployment.postgres
    log = pathlib.Path(postgres.directory / "log")
    Client(deployment, token).get(path)
    postgres.sql("ALTER SYSTEM SET log_statement = 'all'")
    postgres.sql("SELECT pg_reload_conf()")
    for attempt in range(20):
        start = log.stat().st_size
        Client(deployment, token).get(path)
        text = log.read_bytes()[start:].decode()
        if "customers" in text:
            break
    postgres.sql("ALTER SYSTEM RESET log_statement")
    postgres.sql("SELECT pg_reload_conf()")
    found = re.findall(
        r"execute [^:]*: (SELECT .*?)\n(?:[^\n]*DETAIL:  parameters: ([^\n]*)\n|(?=\d{4}-))", text, re.S)
    return [(sql.replace("\n\t", "\n"), dict(re.findall(r"(\$\d+) = '([^']*)'", parameters))) for sql, parameters in found]


def pgbench(deployment, found, ids, raw_id):
    """Transactions a second of the same SELECTs, prepared, 8 clients, with the customer drawn at random."""
    lines = [f"\\set place random(1, {len(ids)})", "SELECT id AS customer FROM bench_ids WHERE place = :place \\gset", "BEGIN;"]
    for sql, parameters in found:
        for name in sorted(parameters, key=lambda name: -int(name[1:])):
            value = parameters[name]
            shown = ":customer" if value == raw_id else (value if re.fullmatch(r"-?\d+", value) else f"'{value}'")
            sql = re.sub(re.escape(name) + r"(?!\d)", shown, sql)
        lines.append(" ".join(sql.split()) + ";")
    lines.append("COMMIT;")
    deployment.postgres.sql(
        "DROP TABLE IF EXISTS bench_ids; CREATE TABLE bench_ids (place BIGINT PRIMARY KEY, id BIGINT);"
        "INSERT INTO bench_ids SELECT row_number() OVER (), id FROM (SELECT id FROM customers LIMIT 5000) AS c", "anban")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write("\n".join(lines))
        file.flush()
        output = subprocess.run(
            ["pgbench", "-n", "-M", "prepared", "-c", "8", "-j", "1", "-T", "8", "-f", file.name, "-h",
             str(deployment.postgres.sockets), "-U", "anban", "anban"], capture_output=True, text=True, check=True).stdout
    return float(re.search(r"tps = ([\d.]+)", output).group(1))


for engine in engines():
    with Deployment(engine, SIZE).serve() as deployment:
        token = deployment.token()
        items = Client(deployment, token).items("/api/v1/customers?sort=created", 2_000)
        paths = [f"/api/v1/customers/{item['id']}/overview" for item in items]
        say(f"\n{engine}, size {SIZE}: {len(paths)} customers, e.g. {len(Client(deployment, token).get(paths[0])[1])} bytes")
        cost, rate = load(deployment, lua_get(paths, token))
        row(f"overview, {engine}", f"{cost:.3f} ms CPU, {rate:.0f}/s", "0.4 ms" if engine == "sqlite" else "", "0.3 ms")
        # A child's page opens to nobody who sees everybody.
        pages = [f"/customers/{item['id']}" for item in items if item.get("birth_date", "") < "2008"]
        headers = {"Cookie": deployment.cookie()}
        size = len(Client(deployment, headers=headers).get(pages[0])[1])
        page_cost, page_rate = load(deployment, lua_get(pages, headers=headers))
        row(f"360 page, {engine}", f"{page_cost:.3f} ms CPU, {page_rate:.0f}/s, e.g. {size} bytes", "1.5 ms", "1.0 ms")
        if engine == "postgres":
            found = statements(deployment, paths[0], token)
            raw_id = next((value for _, parameters in found for value in parameters.values() if len(value) > 15), "")
            tps = pgbench(deployment, found, items, raw_id)
            row(f"pgbench, the same {len(found)} SELECTs", f"{tps:.0f}/s", "", "")
            row("overview against pgbench", f"{rate / tps:.0%}", "60 %", "80 %")
