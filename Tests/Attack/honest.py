"""An honest client beside the attacks: 500 unary calls a second on one connection at a time.

Run as a process of its own, `honest.py PORT [first]`, so that no attack takes its interpreter: each
line that it reads ends a period, and it answers with that period's figures as JSON. A call's time
counts from the instant at which it was due, whether or not it could be sent then.
"""

import json
import select
import subprocess
import sys
import time

import cores
from frames import data, headers, message, request, window_update
from peer import Peer

PERIOD = 1 / 500
# Fewer than the server's 128 streams: past them a client waits.
OPEN_MAX = 100
# A call may take as long as a client would wait; what takes longer has failed.
CALL_SECONDS = 30


class Client:
    """A connection that is opened anew when the server says goodbye."""

    def __init__(self, port):
        self.port = port
        self.block = request("UnaryCall")
        self.connect()
        self.forget()

    def connect(self):
        self.peer = Peer(self).greet()
        self.peer.send(window_update(0, 1 << 30))
        self.next = 1
        self.waiting = {}

    def forget(self):
        self.latencies, self.failures = [], []

    def call(self, due):
        stream = self.next
        self.next += 2
        self.waiting[stream] = due
        self.peer.send(headers(stream, self.block) + data(stream, message(), end=True))

    def settle(self):
        """Takes note of what has ended."""
        peer = self.peer
        for stream in peer.ended:
            due = self.waiting.pop(stream, None)
            if due is None:
                continue
            status = peer.fields.pop(stream, {}).get("grpc-status")
            if status == "0":
                self.latencies.append(time.monotonic() - due)
            else:
                self.failures.append(f"status {status}, resets {peer.resets[-3:]}")
        peer.ended.clear()
        peer.bodies.clear()
        now = time.monotonic()
        late = [stream for stream, due in self.waiting.items() if now - due > CALL_SECONDS]
        for stream in late:
            del self.waiting[stream]
            self.failures.append("no answer")
        if peer.is_closed or peer.goaways:
            self.failures += [f"connection ended: {peer.goaways}"] * max(1, len(self.waiting))
            self.connect()


def serve(port):
    client = Client(port)
    commands = select.poll()
    commands.register(sys.stdin, select.POLLIN)
    due = time.monotonic()
    reads = due
    while True:
        now = time.monotonic()
        if due <= now and len(client.waiting) < OPEN_MAX:
            client.call(due)
            due += PERIOD
        # Behind its time, or at the most calls at once, it still reads what has come.
        client.peer.read_now()
        patience = 0.05 if len(client.waiting) >= OPEN_MAX else min(due - now, 0.05)
        client.peer.read_until(lambda: client.peer.ended, max(0, patience))
        client.settle()
        if now >= reads:
            reads = now + 0.01
            if commands.poll(0):
                if not sys.stdin.readline():
                    return
                report(client)
                due = time.monotonic()


def report(client):
    deadline = time.monotonic() + CALL_SECONDS
    while client.waiting and time.monotonic() < deadline:
        client.peer.read_until(lambda: client.peer.ended, 0.05)
        client.settle()
    found = sorted(client.latencies)
    at = lambda share: found[min(len(found) - 1, int(len(found) * share))] if found else None
    print(json.dumps({
        "calls": len(found), "failures": client.failures[:10],
        "failed": len(client.failures), "p50": at(0.5), "p99": at(0.99)}), flush=True)
    client.forget()


class Honest:
    """The process, as tests see it."""

    def __init__(self, server, comes_first=False):
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(server.port), *(["first"] if comes_first else [])],
            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def period(self):
        """Figures since the last question: calls, failed, failures, p50 and p99 in seconds."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


if __name__ == "__main__":
    if sys.argv[2:] == ["first"]:
        cores.come_first()
    serve(int(sys.argv[1]))
