"""What every real client is put through. A client is one subclass of ClientCase.Base."""

import collections
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import live_program
from live_program import Live, ledger_of, log_line, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
SHORT = False  # set by the runner


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ClientCase:  # holds the base, so that the runner does not run it by itself
    class Base(unittest.TestCase):
        """A real client sends known records; what the journal holds is compared with them.

        The records are numbered from 0; number n says "record n taken" in its message (or whatever
        numbers() finds it by).
        """

        # What the program is started with: YAML, with {folder} and {port:NAME} (a free TCP port that
        # stays the same over a restart; {udp:NAME} for UDP) filled in.
        config = ""
        count = 300
        # Whether the client sends again what was not acknowledged. If not, only
        # test_every_record_arrives_once runs.
        sends_again = True
        # Whether the client sends to the endpoint ndjson.
        sends_ndjson = False
        # Seconds the client may take behind the end of the trouble.
        patience = 60

        # ---- to be written by a client

        def install(self):
            """Installs what the client needs (environment.py); raises SkipTest if it cannot be had."""

        def command(self, first, count, pace):
            """The command that sends records first .. first + count - 1 and ends with 0 once all are
            delivered. `pace`: seconds between two records (or small groups), so that it is still at
            work when something happens to the program."""
            raise NotImplementedError

        def numbers(self, rows):
            """The numbers of the records in rows of `inkling journal cat`."""
            found = (re.search(r"\brecord (\d+) taken", row.get("message", "")) for row in rows)
            return [int(match.group(1)) for match in found if match]

        def met_refusal(self, live):
            """Whether the client was refused at least once. What fills the journal uses the endpoint ndjson, and
            may be refused there itself."""
            rows = re.findall(r'refused_requests_total\{([^}]*reason="full"[^}]*)\} [1-9]', live.get("/metrics")[1])
            return any(self.sends_ndjson or 'endpoint="ndjson"' not in row for row in rows)

        # ---- for clients

        def port(self, name):
            return self._ports.setdefault(name, free_port())

        def udp_port(self, name):
            return self._ports.setdefault(name, free_port(socket.SOCK_DGRAM))

        @property
        def http(self):
            """Where the program listens: "http://127.0.0.1:PORT"."""
            return f"http://127.0.0.1:{self.port('http')}"

        def script(self, name):
            return os.path.join(HERE, name)

        # ---- the scenarios

        def setUp(self):
            holder = tempfile.TemporaryDirectory(prefix="inkling-client-", ignore_cleanup_errors=True)
            self.addCleanup(holder.cleanup)
            self.folder = holder.name
            self._ports = {}
            self.install()

        def fill(self, text):
            text = re.sub(r"\{port:(\w+)\}", lambda match: str(self.port(match.group(1))), text)
            text = re.sub(r"\{udp:(\w+)\}", lambda match: str(self.udp_port(match.group(1))), text)
            return text.replace("{folder}", self.folder)

        def start(self, more=""):
            path = os.path.join(self.folder, "inkling.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(self.fill(self.config) + more)
            state = os.path.join(self.folder, "state")
            live = Live(state, "--config", path, listen=f"127.0.0.1:{self.port('http')}")
            self.addCleanup(live.destroy)
            return live

        def begin(self, first, count, pace=0.0):
            log = open(os.path.join(self.folder, "client.log"), "ab")
            self.addCleanup(log.close)
            environment = {**os.environ, "PYTHONPATH": HERE, "NODE_NO_WARNINGS": "1"}
            client = subprocess.Popen(
                self.command(first, count, pace),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, env=environment,
            )
            self.addCleanup(lambda: client.poll() is None and client.kill())
            return client

        def finish(self, client, seconds):
            try:
                code = client.wait(seconds)
            except subprocess.TimeoutExpired:
                code = f"still at work after {seconds} s"
            if code != 0:
                with open(os.path.join(self.folder, "client.log"), encoding="utf-8", errors="replace") as file:
                    self.fail(f"the client ended with {code}: {file.read()[-2000:]}")

        def received(self):
            """How often each record lies in the journal; and the books must balance."""
            journal = os.path.join(self.folder, "state", "journal")
            rows = [json.loads(line) for line in live_program.inkling("journal", "cat", journal).splitlines()]
            self.ledger = ledger_of(journal, self.folder)
            broken = [row for row in rows if row["kind"] == "broken"]
            self.assertEqual(broken, [], "records were not understood")
            self.rows = rows
            return collections.Counter(self.numbers(rows))

        def compare(self, count, may_double=False):
            seen = self.received()
            missing = [n for n in range(count) if n not in seen]
            self.assertEqual(missing, [], "records are missing")
            self.assertEqual([n for n in seen if not 0 <= n < count], [], "records nobody sent")
            doubled = sum(times - 1 for times in seen.values())
            if not may_double:
                self.assertEqual(doubled, 0, "records arrived twice")
            elif doubled:
                print(f" ({doubled} of {count} sent again by the client)", end="", file=sys.stderr)

        def test_every_record_arrives_once(self):
            live = self.start()
            self.finish(self.begin(0, self.count), self.patience)
            self.settle(live)
            self.assertEqual(live.stop(), 0)
            self.compare(self.count)

        def settle(self, live):
            """Waits until what the client has let go of is in: nothing to do where it is acknowledged."""

        def test_a_kill_and_restart_lose_nothing(self):
            if not self.sends_again:
                self.skipTest("the protocol has no acknowledgement: what is under way at a kill is lost")
            live = self.start()
            client = self.begin(0, self.count, pace=3.0 / self.count)
            time.sleep(1.0)  # the client is in the middle of its work
            live.process.kill()
            live.ended()
            time.sleep(0.5)
            live = self.start()
            self.finish(client, self.patience)
            self.settle(live)
            self.assertEqual(live.stop(), 0)
            self.compare(self.count, may_double=True)

        def test_a_refusal_of_seconds_loses_nothing(self):
            """The journal is full for ten seconds (five with --short) from the client's first refusal on: a
            commit is that far away, and behind it the room is taken again. Afterwards the program is
            started again with its usual commits."""
            if not self.sends_again:
                self.skipTest("the protocol cannot be refused")
            seconds = 5 if SHORT else 10
            live = self.start(
                f"\njournal: {{commit_interval: {seconds}s, commit_bytes: 64KiB, max_pending_bytes: 64KiB}}\n"
            )
            # Fills the 64 KiB but for some 200 bytes.
            filler = log_line("filler", note="x" * (64 * 1024 - 300 - len(log_line("filler", note=""))))
            self.assertEqual(live.post(log_line("first")), 200)  # a commit has just been: the next is far away
            enough = threading.Event()

            def keep_full():
                while not enough.is_set():
                    live.post(filler)  # answered at the commit, or refused
                    enough.wait(0.02)

            thread = threading.Thread(target=keep_full, daemon=True)
            thread.start()
            wait_until(lambda: live.metric("inkling_ingest_journal_pending_bytes") > 50_000, "the journal is full", 10)
            client = self.begin(0, self.count)
            wait_until(lambda: self.met_refusal(live), "the client is refused", self.patience)
            enough.wait(seconds)
            enough.set()
            thread.join(30)  # the commit; with this configuration each one would take that long
            self.assertEqual(live.stop(), 0)
            live = self.start()
            self.finish(client, self.patience)
            self.settle(live)
            self.assertEqual(live.stop(), 0)
            self.compare(self.count, may_double=True)
