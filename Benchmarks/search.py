"""Search and lists: p95 of CPU with one client (decision 35), at size L or the size given.

Search: 40 % two or three characters of a name, 25 % pinyin, 15 % initials, 20 % the last four digits of a mobile;
90 % as an agent, 9 % as a branch manager, 1 % over everybody; one agent has the largest book. Lists: four sorts with
a filter within that largest book.
"""

import random
import sys
import urllib.parse

from lib import Client, Deployment, engines, row, say

SIZE = sys.argv[1] if len(sys.argv) > 1 else "L"
REQUESTS = int(sys.argv[2]) if len(sys.argv) > 2 else 500


class Viewer:
    """A client and some of the customers it sees."""

    def __init__(self, client, scope):
        self.scope = scope
        self.client = client
        self.customers = client.items("/api/v1/customers?sort=pinyin", 200)
        self.customers += client.items("/api/v1/customers?sort=created", 200)


def viewers(deployment):
    """The largest book, nine further agents, a branch's manager, and the administrator."""
    agents = deployment.agents()[:200]
    managers = deployment.rows("SELECT staff_no FROM staff WHERE role = 'manager' AND team_id IS NULL LIMIT 1")
    found = [Viewer(deployment.staff_client(number, "agent"), "agent") for number, _ in [agents[0]] + agents[1::22]]
    found.append(Viewer(deployment.staff_client(managers[0][0], "manager"), "branch"))
    say(f"  largest book {agents[0][1]} customers, {len(found) - 1} agents, 1 branch")
    return found + [Viewer(Client(deployment, deployment.token()), "all")]


def search_paths(viewers, count, rng):
    made = []
    for _ in range(count):
        scope = rng.choices(["agent", "branch", "all"], [90, 9, 1])[0]
        viewer = rng.choice([viewer for viewer in viewers if viewer.scope == scope])
        customer = rng.choice(viewer.customers)
        kind = rng.choices(["han", "pinyin", "initials", "last4"], [40, 25, 15, 20])[0]
        if kind == "han":
            length = rng.choice([2, 3])
            start = rng.randrange(max(1, len(customer["name"]) - length + 1))
            text = customer["name"][start:start + length]
        elif kind == "pinyin":
            text = (customer.get("pinyin") or customer["name"]).replace(" ", "")[: rng.choice([4, 6, 8, 20])]
        elif kind == "initials":
            text = customer.get("initials") or customer["name"][:2]
        else:
            text = f"{rng.randrange(10_000):04d}"
        made.append((viewer, kind, "/api/v1/customers?limit=20&q=" + urllib.parse.quote(text)))
    return made


def measure(deployment, requests, times=10):
    """(p50, p95) in ms over the requests, and the costliest kind."""
    import statistics
    pids, costs = deployment.processes(), []
    for viewer, _, path in requests[:50]:
        viewer.client.get(path)
    pids = deployment.processes()
    for viewer, kind, path in requests:
        before = deployment.cpu_exact(pids)
        for _ in range(times):
            status, body = viewer.client.get(path)
            if status != 200:
                sys.exit(f"GET {path} answered {status}: {body[:300]!r}")
        costs.append(((deployment.cpu_exact(pids) - before) / times * 1000, kind, viewer.scope, path))
    costs.sort()
    worst = ", ".join(f"{cost:.1f} ms {kind}/{scope}" for cost, kind, scope, _ in costs[-3:])
    return statistics.median(cost[0] for cost in costs), costs[int(len(costs) * 0.95)][0], worst


for engine in engines():
    with Deployment(engine, SIZE).serve() as deployment:
        say(f"\n{engine}, size {SIZE}")
        rng = random.Random(7)
        people = viewers(deployment)
        p50, p95, worst = measure(deployment, search_paths(people, REQUESTS, rng))
        row(f"search, {engine}, {SIZE}", f"p50 {p50:.1f}, p95 {p95:.1f} ms CPU (worst {worst})", "20 ms", "10 ms")
        largest = people[0]
        paths = []
        for sort in ["pinyin", "latest", "due", "created"]:
            for condition in ["line=medical", "line=annuity", "relation=active", "relation=lapsed", "stage=premium_due",
                              "stage=claim", "line=life&relation=active"]:
                paths.append((largest, sort, f"/api/v1/customers?limit=20&sort={sort}&{condition}"))
        p50, p95, worst = measure(deployment, paths)
        row(f"list, sort and filter, {engine}, {SIZE}", f"p50 {p50:.1f}, p95 {p95:.1f} ms CPU (worst {worst})", "60 ms", "20 ms")
