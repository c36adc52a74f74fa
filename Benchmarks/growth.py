"""From M to L: what ten times the customers cost the overview, a list and a search with equal numbers of hits.

An agent with a book of the same size at both sizes asks: first the overviews of his customers, then the list in four
sorts, then searches by parts of names, of which those with the same number of hits are compared.
"""

import collections
import random
import statistics
import sys
import urllib.parse

from lib import Deployment, engines, row, say

SIZES = sys.argv[1:3] if len(sys.argv) > 2 else ["M", "L"]
REQUESTS = 200
TIMES = 10


def cost(deployment, client, path):
    """Mean CPU of one request in ms, and how many items it answers."""
    pids = deployment.processes()
    before = deployment.cpu_exact(pids)
    for _ in range(TIMES):
        status, body = client.get(path)
        if status != 200:
            sys.exit(f"GET {path} answered {status}: {body[:300]!r}")
    return (deployment.cpu_exact(pids) - before) / TIMES * 1000, body.count(b'"id":"CU')


def measure(deployment, number):
    """Costs of overviews and lists, and of searches by their number of hits."""
    client, rng = deployment.staff_client(number, "agent"), random.Random(11)
    customers = client.items("/api/v1/customers?sort=pinyin", 1_000)
    some = rng.sample(customers, min(REQUESTS, len(customers)))
    overview = [cost(deployment, client, f"/api/v1/customers/{item['id']}/overview")[0] for item in some]
    lists = [cost(deployment, client, f"/api/v1/customers?limit=20&sort={sort}&line={line}")[0]
             for sort in ["pinyin", "latest", "due", "created"] for line in ["medical", "annuity", "life"]]
    searches = collections.defaultdict(list)
    for item in some:
        pinyin = (item.get("pinyin") or item["name"]).replace(" ", "")
        text = rng.choice([item["name"][:2], item["name"][-2:], pinyin[:6]])
        used, hits = cost(deployment, client, "/api/v1/customers?limit=20&q=" + urllib.parse.quote(text))
        searches[hits].append(used)
    return overview, lists, searches


for engine in engines():
    found, books = {}, {}
    for size in SIZES:
        with Deployment(engine, size) as deployment:
            books[size] = deployment.agents()
    wanted = min(books[SIZES[0]][0][1], books[SIZES[1]][0][1])
    for size in SIZES:
        number, book = min(books[size], key=lambda agent: abs(agent[1] - wanted))
        with Deployment(engine, size).serve() as deployment:
            say(f"  {engine}, {size}: a book of {book}")
            found[size] = measure(deployment, number)
    small, large = found[SIZES[0]], found[SIZES[1]]
    both = sorted(set(small[2]) & set(large[2]))
    pairs = [(statistics.mean(small[0]), statistics.mean(large[0]), "overview"),
             (statistics.mean(small[1]), statistics.mean(large[1]), "list"),
             (statistics.mean(statistics.mean(small[2][hits]) for hits in both),
              statistics.mean(statistics.mean(large[2][hits]) for hits in both), f"search, {len(both)} numbers of hits")]
    for less, more, what in pairs:
        figure = f"{less:.2f} → {more:.2f} ms CPU, {more / less:.2f} ×"
        row(f"{SIZES[0]} to {SIZES[1]}, {what}, {engine}", figure, "1.5 ×", "1.2 ×")
