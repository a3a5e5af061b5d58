"""Senders that go on until each of their records was acknowledged, whatever becomes of the program.

Only the standard library. Each numbers its records and says so in the message: "record NAME-n
taken". A sender whose protocol has a key of its own must find each record exactly once; of the
others, one that was sent k times may be there up to k times.
"""

import http.client
import json
import os
import random
import socket
import struct
import threading
import time

from live_program import log_line, now, stamp

ERRORS = (OSError, http.client.HTTPException, EOFError)


class Sender(threading.Thread):
    name_of = ""
    keyed = False

    def __init__(self, port, stop):
        super().__init__(daemon=True)
        self.port = port
        self.over = stop
        self.random = random.Random(self.name_of)
        self.attempts = {}  # of each record that was begun
        self.acknowledged = set()

    def identity(self, number):
        return f"{self.name_of}-{number}"

    def run(self):
        number = 0
        while not self.over.is_set():
            group = [number + i for i in range(self.random.randint(1, 8))]
            number = group[-1] + 1
            while True:
                for each in group:
                    self.attempts[each] = self.attempts.get(each, 0) + 1
                try:
                    if self.send(group):
                        break
                except ERRORS:
                    self.drop()
                time.sleep(0.02)
            self.acknowledged.update(group)
            time.sleep(self.random.random() * 0.02)
        self.drop()

    def send(self, group):
        """Sends records; True once they are acknowledged."""
        raise NotImplementedError

    def drop(self):
        """Lets go of the connection."""


class HttpSender(Sender):
    connection = None

    def drop(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def post(self, path, body, kind):
        if not self.connection:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.connection.request("POST", path, body, {"Content-Type": kind})
        with self.connection.getresponse() as answer:
            answer.read()
            return answer.status == 200


class Plain(HttpSender):
    """NDJSON, with errors in bursts and an alarm now and then, so that there are incidents."""

    name_of = "plain"

    def send(self, group):
        burst = int(now()) % 20 < 6
        body = ""
        for number in group:
            failed = burst and number % 2 == 0
            body += log_line(
                self.identity(number),
                level="error" if failed else "info",
                status=500 if failed else 200,
                duration_ms=20 + number % 7,
            )
        if group[0] % 60 < 8:
            service = ("tickets", "orders", "cart", "files")[group[0] // 60 % 4]
            body += json.dumps({
                "service": service, "metric": "error_rate", "threshold": 0.05, "observed": 0.5,
                "fired_at": stamp(now()), "severity": "critical", "monitor": f"{service}-{group[0] // 240}",
            }) + "\n"  # fmt: skip
        return self.post("/ingest/ndjson", body.encode(), "application/x-ndjson")


class Otlp(HttpSender):
    name_of = "otlp"

    def send(self, group):
        records = [
            {
                "timeUnixNano": str(int(now() * 1e9)),
                "severityNumber": 9,
                "body": {"stringValue": f"record {self.identity(number)} taken"},
            }
            for number in group
        ]
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "orders"}}]}
        body = {"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": records}]}]}
        return self.post("/v1/logs", json.dumps(body).encode(), "application/json")


def pack(value):
    """MessagePack of what is needed here."""
    if isinstance(value, str):
        data = value.encode()
        return b"\xdb" + struct.pack(">I", len(data)) + data
    if isinstance(value, int):
        return b"\xd3" + struct.pack(">q", value)
    if isinstance(value, list):
        return b"\xdd" + struct.pack(">I", len(value)) + b"".join(map(pack, value))
    return b"\xdf" + struct.pack(">I", len(value)) + b"".join(
        pack(key) + pack(item) for key, item in value.items()
    )


class Forward(Sender):
    """Fluent forward with acknowledgements: a chunk that comes again has its old id."""

    name_of = "forward"
    keyed = True
    socket = None

    def drop(self):
        if self.socket:
            self.socket.close()
        self.socket = None

    def send(self, group):
        if not self.socket:
            self.socket = socket.create_connection(("127.0.0.1", self.port), 10)
        entries = [
            [int(now()), {"message": f"record {self.identity(n)} taken", "level": "info", "service": "cart"}]
            for n in group
        ]
        chunk = f"chunk-{group[0]:08}-{self.ident}"
        self.socket.sendall(pack(["app", entries, {"chunk": chunk}]))
        answer = b""
        while chunk.encode() not in answer:
            received = self.socket.recv(4096)
            if not received:
                raise EOFError
            answer += received
        return True


class File(Sender):
    """Writes a file that is followed, and renames it now and then. What is written is as good as
    acknowledged: the file is there."""

    name_of = "file"
    keyed = True

    def __init__(self, path, stop):
        super().__init__(0, stop)
        self.path = path
        self.written = 0

    def send(self, group):
        with open(self.path, "a", encoding="utf-8") as file:
            for number in group:
                file.write(log_line(self.identity(number), service="files"))
        self.written += len(group)
        if self.written > 2000:
            self.written = 0
            os.replace(self.path, self.path + f".{group[0]}")
        return True
