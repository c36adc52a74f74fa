"""Private memory of 1,000 open live streams, and how soon a claim told by the core is on one of them."""

import json
import socket
import sys
import time

from lib import Client, Deployment, engines, private_memory_mb, row, say

STREAMS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
A_TOKEN = 90


def opened(port, token):
    stream = socket.create_connection(("127.0.0.1", port))
    stream.sendall(
        f"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    return stream


def heard(stream, words, seconds):
    """The text that came until `words` did."""
    stream.settimeout(seconds)
    text = b""
    while words not in text:
        text += stream.recv(65_536)
    return text


def told(deployment, token, customer):
    event = {
        "specversion": "1.0", "id": f"s{time.time_ns()}", "source": f"/bench/streams/{time.time_ns()}",
        "type": "anban.interaction.recorded",
        "data": {"source_id": f"S{time.time_ns()}", "customer": customer, "channel": "phone", "direction": "in",
                 "topic": "咨询"},
    }
    status, answer = Client(deployment, token).request(
        "POST", "/api/v1/events", json.dumps(event).encode(), {"Content-Type": "application/cloudevents+json"})
    if status != 200 or json.loads(answer)["applied"] != 1:
        sys.exit(f"the event was not applied: {status} {answer[:300]!r}")


def run(engine):
    with Deployment(engine, "S").serve() as deployment:
        tokens = [deployment.token() for _ in range((STREAMS + A_TOKEN - 1) // A_TOKEN)]
        customer = Client(deployment, tokens[0]).items("/api/v1/customers", 1)[0]["id"]
        sender = deployment.token(scopes="import:read,import:write")
        heard(opened(deployment.port, tokens[0]), b"retry:", 30)
        before = private_memory_mb(deployment.server.pid)
        streams = [opened(deployment.port, tokens[number // A_TOKEN]) for number in range(STREAMS - 1)]
        for stream in streams:
            heard(stream, b"retry:", 60)
        time.sleep(2)
        grown = private_memory_mb(deployment.server.pid) - before
        started = time.time()
        told(deployment, sender, customer)
        heard(streams[0], b"event: card", 30)
        first = time.time() - started
        for stream in streams[1:]:
            heard(stream, b"event: card", 60)
        last = time.time() - started
        say(f"{engine}: {STREAMS} streams")
        row(f"memory of {STREAMS} streams, {engine}", f"{grown:.1f} MB", "40 MB", "")
        row(f"from event to screen, first and last of {STREAMS}, {engine}", f"{first:.2f} s, {last:.2f} s", "5 s", "")
        for stream in streams:
            stream.close()


for engine in engines():
    run(engine)
