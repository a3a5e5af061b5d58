"""A live Inkling for tests: started, asked, stopped. Only the standard library."""

import http.client
import json
import os
import re
import signal
import subprocess
import threading
import time

BINARY = os.environ.get("INKLING", "")


def now():
    return time.time()


def stamp(seconds):
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03}Z"


def log_line(identity, at=None, **more):
    record = {
        "time": stamp(now() if at is None else at),
        "level": "info",
        "service": "tickets",
        "message": f"record {identity} taken",
        "id": identity,
        **more,
    }
    return json.dumps(record) + "\n"


def wait_until(condition, what, seconds=20.0):
    """Asks again and again: what is waited for has no other sign."""
    deadline = now() + seconds
    while True:
        value = condition()
        if value:
            return value
        if now() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(0.02)


def inkling(*arguments):
    done = subprocess.run([BINARY, *arguments], capture_output=True, timeout=120, check=False)
    if done.returncode != 0:
        raise AssertionError(f"inkling {arguments}: {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode()


def ledger_of(journal, folder):
    """What became of every line of a journal."""
    path = os.path.join(folder, "ledger.json")
    inkling("replay", "--journal", journal, "--ledger", path, "--quiet")
    with open(path, encoding="utf-8") as file:
        ledger = json.load(file)
    assert ledger["balances"], ledger
    return ledger


def segments(journal):
    """All bytes of the segments of a journal directory."""
    data = b""
    for name in sorted(os.listdir(journal)):
        if not name.startswith("segment-"):
            continue  # e.g. the quarantine, where copies of torn tails are
        with open(os.path.join(journal, name), "rb") as file:
            data += file.read()
    return data


class Live:
    """`inkling run` on a free port of loopback, or on `listen`."""

    def __init__(self, state, *arguments, listen="127.0.0.1:0", stdin=subprocess.DEVNULL, **options):
        self.state = state
        self.journal = os.path.join(state, "journal")
        self.talk = []
        self.port = None
        self.process = subprocess.Popen(
            [BINARY, "run", "--state-dir", state, "--listen", listen, *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait_until(lambda: self.port or self.process.poll() is not None, "the program listens")
        if self.port is None:
            self._reader.join(5)
            raise AssertionError("the program did not start: " + "".join(self.talk))

    def _read(self):
        for raw in self.process.stderr:
            line = raw.decode(errors="replace")
            self.talk.append(line)
            found = re.search(r"listening on \S+:(\d+),", line)
            if found:
                self.port = int(found.group(1))

    def connect(self, timeout=20):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def get(self, path):
        connection = self.connect()
        connection.request("GET", path)
        with connection.getresponse() as answer:
            body = answer.read().decode()
        connection.close()
        return answer.status, body

    def post(self, body, encoding=None):
        connection = self.connect()
        try:
            return post(connection, body, encoding)
        finally:
            connection.close()

    def metric(self, name):
        """Value of a series as written in /metrics, 0 if it is not there."""
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith(name + " "):
                return float(line.rsplit(" ", 1)[1])
        return 0.0

    def counted(self):
        return self.metric('inkling_ledger_outcome_lines_total{outcome="counted"}')

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def ended(self, seconds=30):
        code = self.process.wait(seconds)
        self._reader.join(5)
        self.process.stderr.close()
        self.process.stdout.close()
        return code

    def stop(self):
        self.signal()
        return self.ended()

    def destroy(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)


def post(connection, body, encoding=None):
    """Sends a body; its status. The connection stays open."""
    headers = {"Content-Type": "application/x-ndjson"}
    if encoding:
        headers["Content-Encoding"] = encoding
    connection.request("POST", "/ingest/ndjson", body, headers)
    with connection.getresponse() as answer:
        answer.read()
        return answer.status
