"""Private memory of `serve` under 64 clients, and the time from start to the first answer."""

import sys

from lib import Client, Deployment, engines, load, lua_get, private_memory_mb, row

SIZE = sys.argv[1] if len(sys.argv) > 1 else "L"

for engine in engines():
    with Deployment(engine, SIZE).serve() as deployment:
        row(f"start to first answer, {engine}, {SIZE}", f"{deployment.start_seconds:.2f} s", "1 s", "0.3 s")
        token = deployment.token()
        items = Client(deployment, token).items("/api/v1/customers?sort=created", 2_000)
        load(deployment, lua_get([f"/api/v1/customers/{item['id']}/overview" for item in items], token))
        row(f"private memory, {engine}, {SIZE}", f"{private_memory_mb(deployment.server.pid):.0f} MB", "150 MB", "100 MB")
