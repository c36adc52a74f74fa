"""CloudEvents in batches of 100 from a few senders: events a second, durable, each a contact of somebody of the book.

A tenth of them are of a newer moment for a contact that is known, one in a hundred comes twice, one in a thousand is
malformed: what came of all of them has to add up.
"""

import json
import sys
import threading
import time

from lib import Client, Deployment, engines, row, say

EVENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
SENDERS = 4
BATCH = 100
RUN = int(time.time())


def event(sender, number, customer, kind="interaction.recorded"):
    key = number - 1 if number % 10 == 9 else number
    moment = f"2026-11-20T{8 + number % 10:02d}:{number % 60:02d}:{number // 60 % 60:02d}+08:00"
    return {
        "specversion": "1.0", "id": f"e{number}", "source": f"/bench/{RUN}/{sender}", "type": f"anban.{kind}", "time": moment,
        "data": {
            "source_id": f"I{RUN}-{sender}-{key}", "customer": customer, "channel": "phone", "direction": "in",
            "topic": "咨询", "summary": "询问续期扣款日期", "at": moment,
        },
    }


def batches(sender, customers, count):
    events = []
    for number in range(count):
        one = event(sender, number, customers[(sender * count + number) % len(customers)])
        if number % 1000 == 999:
            del one["type"]
        events.append(one)
        if number % 100 == 99:
            events.append(events[-50])
    return [json.dumps(events[start:start + BATCH]).encode() for start in range(0, len(events), BATCH)]


def send(deployment, token, bodies, figures, lock):
    client = Client(deployment, token)
    for body in bodies:
        status, answer = client.request(
            "POST", "/api/v1/events", body, {"Content-Type": "application/cloudevents-batch+json"})
        if status != 200:
            sys.exit(f"POST /api/v1/events answered {status}: {answer[:300]!r}")
        answer = json.loads(answer)
        with lock:
            for name in ("received", "applied", "ignored", "waiting", "dead_letters"):
                figures[name] = figures.get(name, 0) + answer[name]


def run(engine):
    with Deployment(engine, "S").serve() as deployment:
        reader = Client(deployment, deployment.token())
        customers = [item["id"] for item in reader.items("/api/v1/customers", 300)]
        token = deployment.token(scopes="import:read,import:write")
        each = EVENTS // SENDERS
        work = [batches(sender, customers, each) for sender in range(SENDERS)]
        figures, lock = {}, threading.Lock()
        threads = [threading.Thread(target=send, args=(deployment, token, bodies, figures, lock)) for bodies in work]
        cpu, started = deployment.cpu(), time.time()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wall, cpu = time.time() - started, deployment.cpu() - cpu
        received = figures["received"]
        say(f"{engine}: {figures}")
        if received != sum(figures[name] for name in ("applied", "ignored", "waiting", "dead_letters")):
            sys.exit("what came does not add up")
        row(f"events, {engine}, batches of {BATCH}", f"{received / wall:,.0f}/s", "2,000/s", "")
        row(f"CPU an event, {engine}", f"{cpu / received * 1000:.3f} ms", "", "")


for engine in engines():
    run(engine)
