"""Random kills at every stage, under senders that go on: nothing lost, nothing doubled, and the same
incidents as a run that was never interrupted. The last line says how many."""

import collections
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import kill_senders
import live_program
from live_program import Live, ledger_of, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))

CONFIG = """
state: {{checkpoint_interval: 300ms}}
detect: {{lateness: 1s}}
journal: {{segment_bytes: 1MiB, commit_bytes: 256KiB, commit_interval: 10ms}}
inputs:
  forward: {{listen: ['tcp://127.0.0.1:{forward}']}}
  follow: {{paths: ['{file}'], from_beginning: true, poll_interval: 50ms}}
"""


def free_port():
    import client_case

    return client_case.free_port()


def limit_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then writing fails instead
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))


class Kills(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="inkling-kill-")
        self.addCleanup(holder.cleanup)
        self.folder = holder.name
        self.state = os.path.join(self.folder, "state")
        self.journal = os.path.join(self.state, "journal")
        self.file = os.path.join(self.folder, "app.log")
        self.http, self.forward = free_port(), free_port()
        self.config = os.path.join(self.folder, "inkling.yaml")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(forward=self.forward, file=self.file))
        self.random = random.Random(20)
        self.talk = []
        self.faults = collections.Counter()

    def start(self, **options):
        live = Live(self.state, "--config", self.config, listen=f"127.0.0.1:{self.http}", **options)
        self.addCleanup(live.destroy)
        return live

    def build_shim(self):
        shim = os.path.join(self.folder, "fault_shim.so")
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-o", shim, os.path.join(HERE, "fault_shim.c"), "-ldl"],
            check=True,
        )
        return shim

    def fault(self, number, shim):
        """What is wrong with the surroundings of this run: options of Popen."""
        if number % 6 == 2:
            self.faults["disk full"] += 1
            return {"preexec_fn": limit_files, "restore_signals": False}
        if number % 6 == 4:
            self.faults["fsync error"] += 1
            return {
                "env": {
                    **os.environ, "LD_PRELOAD": shim, "INKLING_FAULT_EVERY": "15",
                    "INKLING_FAULT_AFTER_MS": "100",
                }  # fmt: skip
            }
        return {}

    def harm_tail(self):
        """Leaves at the end of the journal what a crash in a commit may leave there."""
        names = sorted(n for n in os.listdir(self.journal) if n.startswith("segment-"))
        path = os.path.join(self.journal, names[-1])
        with open(path, "rb") as file:
            data = file.read()
        tail = bytearray(data[-self.random.randint(1, 400) :])
        at = self.random.randrange(len(tail))
        tail[at] ^= 1 << self.random.randrange(8)
        with open(path, "ab") as file:
            file.write(tail if self.random.random() < 0.5 else os.urandom(self.random.randint(1, 300)))
        self.faults["torn tail"] += 1

    def kill_one(self, number, shim):
        try:
            live = self.start(**self.fault(number, shim))
        except AssertionError as error:  # the disk was full from the start
            self.talk.append(str(error))
            return
        time.sleep(self.random.choice((0.0, 0.02, 0.1, 0.3, 0.6, 1.0)) * self.random.random() * 2)
        if self.random.random() < 0.25:  # in the middle of a drain
            live.signal()
            time.sleep(self.random.random() * 0.1)
            self.faults["in a drain"] += 1
        live.destroy()
        live.ended()
        self.talk += live.talk
        if number % 4 == 1:
            self.harm_tail()

    def records(self):
        """How often each record is in the journal, by sender and number; and how many rows."""
        found = collections.Counter()
        rows = 0
        for row in map(json.loads, live_program.inkling("journal", "cat", self.journal).splitlines()):
            rows += row.get("kind") == "log"
            match = re.search(r"\brecord (\w+)-(\d+) taken", row.get("message", ""))
            if match:
                found[match.group(1), int(match.group(2))] += 1
        return found, rows

    def reports(self, store):
        text = live_program.inkling("incident", "ls", "--store", store, "--output", "json")
        reports = {}
        for row in map(json.loads, text.splitlines()):
            report = json.loads(
                live_program.inkling("report", row["id"], "--store", store, "--form", "json")
            )
            del report["run"]
            reports[row["id"]] = report
        return reports

    def test_random_kills_lose_and_double_nothing(self):
        import live_test

        kills = 20 if live_test.SHORT else 200
        shim = self.build_shim()
        over = threading.Event()
        senders = [
            kill_senders.Plain(self.http, over),
            kill_senders.Otlp(self.http, over),
            kill_senders.Forward(self.forward, over),
            kill_senders.File(self.file, over),
        ]
        self.addCleanup(over.set)
        for sender in senders:
            sender.start()
        for number in range(kills):
            self.kill_one(number, shim)

        live = self.start()
        over.set()
        for sender in senders:
            sender.join(60)
            self.assertFalse(sender.is_alive(), f"{sender.name_of} comes to its end")
        files = next(s for s in senders if s.name_of == "file")
        wanted = sum(len(s.acknowledged) for s in senders)
        wait_until(lambda: live.counted() >= wanted, f"{wanted} records are counted", 60)
        time.sleep(1.5)  # windows that can close do
        counted = live.counted()
        self.assertEqual(live.stop(), 0, live.talk)
        self.talk += live.talk

        found, rows = self.records()
        self.assertEqual(counted, rows)
        ledger = ledger_of(self.journal, self.folder)
        self.assertEqual(ledger["counted"], rows)
        lost, doubled = [], []
        for sender in senders:
            for number in sender.acknowledged:
                times = found[sender.name_of, number]
                if times == 0:
                    lost.append(sender.identity(number))
                if times > (1 if sender.keyed else sender.attempts[number]):
                    doubled.append(sender.identity(number))
        sent = {(s.name_of, n) for s in senders for n in s.attempts}
        self.assertEqual(set(found) - sent, set())
        told = collections.Counter(
            match.group(0)
            for line in self.talk
            if (match := re.search(r"incident [0-9a-f]{16} revision \d+", line))
        )
        doubled += [what for what, times in told.items() if times > 1]

        again = os.path.join(self.folder, "again.db")
        live_program.inkling(
            "replay", "--journal", self.journal, "--config", self.config, "--open-end", "--store", again, "--quiet"
        )
        kept = self.reports(os.path.join(self.state, "incidents.db"))
        anew = self.reports(again)
        print(
            f"({rows} records, {len(kept)} incidents, {sum(told.values())} notifications; "
            + ", ".join(f"{count} {what}" for what, count in sorted(self.faults.items()))
            + ")"
        )
        print(f"kills {kills} lost {len(lost)} doubled {len(doubled)}", flush=True)
        self.assertTrue(files.acknowledged)
        self.assertEqual((lost, doubled), ([], []))
        self.assertEqual(kept, anew)
        self.assertTrue(kept)

        self.delete_a_segment()

    def delete_a_segment(self):
        names = sorted(n for n in os.listdir(self.journal) if n.startswith("segment-"))
        os.remove(os.path.join(self.journal, names[len(names) // 2]))
        live = self.start()
        self.assertEqual(live.post(live_program.log_line("after").encode()), 200)
        self.assertEqual(live.stop(), 0, live.talk)
        shutil.copytree(self.journal, os.path.join(self.folder, "fresh", "journal"))
        fresh = Live(os.path.join(self.folder, "fresh"))
        self.addCleanup(fresh.destroy)
        rows = self.records()[1]
        wait_until(lambda: fresh.counted() == rows, "what is left is run again", 60)
        self.assertEqual(fresh.stop(), 0, fresh.talk)
