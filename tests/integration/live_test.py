"""Live runs: acknowledged is durable, books balance, a stop drains, a kill loses nothing."""

import gzip
import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import live_program
from live_program import Live, ledger_of, log_line, now, post, segments, stamp, wait_until

SHORT = False
CLIENT_ERRORS = (OSError, http.client.HTTPException)


class LiveTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="inkling-live-")
        self.addCleanup(holder.cleanup)
        self.folder = holder.name
        self.state = os.path.join(self.folder, "state")

    def start(self, *arguments, **options):
        live = Live(self.state, *arguments, **options)
        self.addCleanup(live.destroy)
        return live

    def ledger(self, live):
        return ledger_of(live.journal, self.folder)

    def store_reports(self, store):
        """Reports of a store by incident, without what they say of the run."""
        rows = live_program.inkling("incident", "ls", "--store", store, "--output", "json")
        reports = {}
        for row in map(json.loads, rows.splitlines()):
            text = live_program.inkling("report", row["id"], "--store", store, "--form", "json")
            report = json.loads(text)
            del report["run"]
            reports[row["id"]] = report
        return reports


class Clients(LiveTest):
    def send_many(self, live, encode, posts, lines):
        """Connections that each send `posts` bodies over keep-alive; the statuses."""
        statuses = []

        def client(number, encoding):
            connection = live.connect()
            for n in range(posts):
                text = "".join(log_line(f"c{number}-{n}-{i}") for i in range(lines))
                statuses.append(post(connection, encode[encoding](text.encode()), encoding))
            connection.close()

        threads = [
            threading.Thread(target=client, args=(number, encoding))
            for number, encoding in enumerate(list(encode) * 2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return statuses, len(threads) * posts * lines

    def test_what_clients_send_is_in_the_journal_exactly(self):
        encode = {None: lambda body: body, "gzip": gzip.compress}
        if shutil.which("zstd"):
            encode["zstd"] = lambda body: subprocess.run(
                ["zstd", "-q", "-c"], input=body, stdout=subprocess.PIPE, check=True
            ).stdout
        live = self.start()
        statuses, sent = self.send_many(live, encode, posts=10 if SHORT else 50, lines=20)
        self.assertEqual(set(statuses), {200})
        wait_until(lambda: live.counted() == sent, f"{sent} records are counted")
        self.assertEqual(live.metric("inkling_ledger_balanced"), 1)
        self.assertEqual(live.stop(), 0, live.talk)
        ledger = self.ledger(live)
        self.assertEqual((ledger["lines"], ledger["counted"]), (sent, sent))
        if "zstd" not in encode:
            self.skipTest("without zstd bodies: no command zstd")

    def test_one_thread_is_enough(self):
        live = self.start("--threads", "1")
        statuses, sent = self.send_many(live, {None: lambda body: body}, posts=10, lines=5)
        self.assertEqual(set(statuses), {200})
        wait_until(lambda: live.counted() == sent, f"{sent} records are counted")
        self.assertEqual(live.stop(), 0, live.talk)
        self.assertEqual(self.ledger(live)["counted"], sent)

    def test_probes_and_metrics_answer(self):
        live = self.start()
        self.assertEqual(live.get("/healthz")[0], 200)
        wait_until(lambda: live.get("/readyz")[0] == 200, "ready")
        status, body = live.get("/metrics")
        self.assertEqual(status, 200)
        self.assertIn("# TYPE inkling_ledger_lines_total counter", body)
        self.assertEqual(live.get("/nothing-here")[0], 404)
        self.assertEqual(live.stop(), 0)

    def test_every_metric_is_explained(self):
        path = os.path.join(self.folder, "app.log")
        rules = os.path.join(self.folder, "rules.yaml")
        with open(rules, "w", encoding="utf-8") as file:
            file.write("screen:\n  rules:\n    - {name: seen, pattern: a, action: tag}\n")
            file.write(f"inputs:\n  forward: {{listen: ['unix://{self.folder}/forward.sock']}}\n")
            file.write(f"  syslog: {{listen: ['unix://{self.folder}/syslog.sock']}}\n")
            file.write(f"  statsd: {{listen: ['unixgram://{self.folder}/statsd.sock']}}\n")
            file.write("  scrape: {targets: ['http://127.0.0.1:1/metrics']}\n")  # nobody listens there
            file.write("  ecs: {enabled: true, endpoint: 'http://127.0.0.1:1/v4'}\n")
            file.write("escalate:\n  investigator: bedrock\n")
            file.write("  bedrock: {endpoint: 'http://127.0.0.1:1', region: us-east-1}\n")
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "none"}
        live = self.start(
            "--follow", path, "--stdin", "--config", rules, stdin=subprocess.PIPE,
            env={**os.environ, **keys},
        )
        live.post(log_line("a").encode())
        wait_until(lambda: live.counted() == 1, "the record is counted")
        self.assertIn('inkling_detect_rule_matches_total{rule="seen"} 1', live.get("/metrics")[1])
        exported = set(re.findall(r"^# TYPE (\S+)", live.get("/metrics")[1], re.MULTILINE))
        with open("docs/operations.md", encoding="utf-8") as file:
            rows = re.findall(r"^\| `(inkling_[a-z0-9_]+)[^|]*\|([^|]*)", file.read(), re.MULTILINE)
        explained = {name for name, meaning in rows if "only with TLS" not in meaning}
        self.assertEqual(live.stop(), 0)
        live.process.stdin.close()
        self.assertGreater(len(exported), 30)
        # Rows of the alerts are expressions; they name metrics that are explained anyway.
        self.assertEqual(exported - explained, set())
        self.assertEqual(explained - exported, set())

    def test_bad_bodies_are_refused_with_the_right_status(self):
        live = self.start()
        self.assertEqual(live.post(b""), 400)
        self.assertEqual(live.post(b"plain", "gzip"), 400)
        self.assertEqual(live.post(b"x", "br"), 415)
        self.assertEqual(live.post(log_line("a").encode()), 200)
        self.assertEqual(live.stop(), 0)
        self.assertEqual(self.ledger(live)["counted"], 1)

    def test_a_broken_body_is_counted_and_its_neighbours_live(self):
        live = self.start()
        self.assertEqual(live.post(log_line("a").encode() + b"{broken\n" + log_line("b").encode()), 200)
        self.assertEqual(live.post(gzip.compress(log_line("c").encode() * 99)[:-20], "gzip"), 200)
        self.assertEqual(live.post(log_line("d").encode()), 200)
        wait_until(lambda: live.counted() >= 3, "the good records are counted")
        self.assertEqual(live.stop(), 0)
        ledger = self.ledger(live)
        self.assertEqual(ledger["broken"].get("bad_json"), 1)
        self.assertGreaterEqual(ledger["broken"].get("bad_encoding", 0), 1)
        with open(os.path.join(self.state, "dead-letters.ndjson"), encoding="utf-8") as file:
            letters = [json.loads(line) for line in file]
        self.assertEqual(len(letters), sum(ledger["broken"].values()))


class Files(LiveTest):
    def test_a_growing_and_a_rotated_file_is_followed(self):
        path = os.path.join(self.folder, "app.log")
        live = self.start("--follow", path)
        sent = 0
        for generation in range(3):
            with open(path, "a", encoding="utf-8") as file:
                for n in range(200):
                    line = log_line(f"f{generation}-{n}")
                    file.write(line[:20])
                    if n % 50 == 0:
                        file.flush()  # a line cut in the middle
                    file.write(line[20:])
                    sent += 1
                    if n == 0:
                        file.flush()
                        wait_until(lambda: live.counted() == sent, "the file is followed")
            os.rename(path, f"{path}.{generation}")  # most of it is not read yet
        wait_until(lambda: live.counted() == sent, f"{sent} lines are counted")
        self.assertEqual(live.stop(), 0)
        ledger = self.ledger(live)
        self.assertEqual((ledger["lines"], ledger["counted"]), (sent, sent))

    def test_the_end_of_standard_input_ends_the_program(self):
        live = self.start("--stdin", stdin=subprocess.PIPE)
        text = "".join(log_line(f"s{n}") for n in range(500))
        live.process.stdin.write(text.rstrip("\n").encode())  # the last line has no end
        live.process.stdin.close()
        self.assertEqual(live.ended(), 0, live.talk)
        self.assertEqual(self.ledger(live)["counted"], 500)

    def test_an_open_standard_input_does_not_hold_the_stop(self):
        live = self.start("--stdin", stdin=subprocess.PIPE)
        live.process.stdin.write((log_line("a") + log_line("b")).encode())
        live.process.stdin.flush()
        wait_until(lambda: live.counted() == 2, "both lines are counted")
        begin = now()
        self.assertEqual(live.stop(), 0)
        self.assertLess(now() - begin, 5)
        live.process.stdin.close()
        self.assertEqual(self.ledger(live)["counted"], 2)


class Alarms(LiveTest):
    def test_an_alarm_after_errors_leaves_a_report(self):
        live = self.start()
        end = now() - 2
        begin = end - 720
        lines = []
        for n in range(1440):
            at = begin + n / 2
            failed = at > end - 120 and n % 2 == 0
            lines.append(
                log_line(n, at, level="error" if failed else "info", status=500 if failed else 200,
                         message="seat map is locked" if failed else f"seat {n} booked")  # fmt: skip
            )
        self.assertEqual(live.post("".join(lines).encode()), 200)
        wait_until(lambda: live.counted() == 1440, "the logs are counted")
        alarm = {"service": "tickets", "metric": "error_rate", "threshold": 0.05, "observed": 0.5,
                 "fired_at": stamp(end), "severity": "critical", "monitor": "tickets-errors"}  # fmt: skip
        self.assertEqual(live.post((json.dumps(alarm) + "\n").encode()), 200)
        reports = os.path.join(self.state, "reports")

        def reported_while_traffic_goes_on():
            live.post(log_line("more", status=200).encode())
            for name in os.listdir(reports) if os.path.isdir(reports) else []:
                if name.endswith(".html"):
                    with open(os.path.join(reports, name), encoding="utf-8") as file:
                        if "tickets-errors" in file.read():
                            return True
            return False

        sent = now()
        wait_until(reported_while_traffic_goes_on, "an HTML report that names the alarm", 40)
        print(f"(report {now() - sent:.1f} s after the alarm)", end=" ", file=sys.stderr, flush=True)
        self.assertEqual(live.stop(), 0)

        # The journal tells the same story again.
        again = os.path.join(self.folder, "again.db")
        live_program.inkling("replay", "--journal", live.journal, "--open-end", "--store", again, "--quiet")
        found = self.store_reports(os.path.join(self.state, "incidents.db"))
        self.assertTrue(found)
        self.assertEqual(self.store_reports(again), found)


class Stops(LiveTest):
    def load(self, live, threads=4):
        """Clients that send until they fail; what was acknowledged, and a way to wait for them."""
        acknowledged, statuses = [], set()
        go_on = threading.Event()
        go_on.set()

        def client(number):
            try:
                connection = live.connect(10)
                n = 0
                while go_on.is_set():
                    identity = f"<{live.process.pid}-{number}-{n}>"
                    status = post(connection, log_line(identity).encode())
                    statuses.add(status)
                    if status == 200:
                        acknowledged.append(identity)
                    n += 1
            except CLIENT_ERRORS:
                pass

        running = [threading.Thread(target=client, args=(n,)) for n in range(threads)]
        for thread in running:
            thread.start()

        def finish():
            go_on.clear()
            for thread in running:
                thread.join()

        self.addCleanup(finish)
        return acknowledged, statuses, finish

    def test_kills_lose_nothing_acknowledged_and_the_program_starts_again(self):
        everything = []
        for _ in range(3 if SHORT else 20):
            live = self.start()
            acknowledged, _, finish = self.load(live)
            wait_until(lambda: len(acknowledged) >= 40, "some records are acknowledged")
            live.signal(signal.SIGKILL)
            self.assertEqual(live.ended(), -signal.SIGKILL)
            finish()
            everything += acknowledged
        data = segments(live.journal)
        lost = [identity for identity in everything if identity.encode() not in data]
        self.assertEqual(lost, [])
        live = self.start()
        self.assertEqual(live.post(log_line("after").encode()), 200)
        self.assertEqual(live.stop(), 0)
        self.assertGreaterEqual(self.ledger(live)["counted"], len(everything) + 1)

    def test_a_stop_under_load_drains_and_keeps_what_was_acknowledged(self):
        live = self.start()
        acknowledged, statuses, finish = self.load(live)
        wait_until(lambda: len(acknowledged) >= 40, "some records are acknowledged")
        begin = now()
        self.assertEqual(live.stop(), 0, live.talk)
        self.assertLess(now() - begin, 10)
        finish()
        self.assertLessEqual(statuses, {200, 503})
        data = segments(live.journal)
        self.assertEqual([i for i in acknowledged if i.encode() not in data], [])
        # Nothing was taken that its sender was not told of.
        self.assertEqual(self.ledger(live)["counted"], len(acknowledged))

    def test_a_backlog_waits_for_the_next_start(self):
        live = self.start("--shutdown-timeout", "3s", "--threads", "1")
        count = 200_000
        lines = "".join(log_line(f"b{n}") for n in range(count))
        body = gzip.compress(lines.encode(), 1)
        posts = 120  # 24 million lines: seconds more than the stop may take
        # Side by side, as each waits for its commit: one by one the pipeline keeps up with them.
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: live.post(body, "gzip"), range(posts)))
        self.assertEqual(answers, [200] * posts)
        begin = now()
        self.assertEqual(live.stop(), 0, live.talk)
        self.assertLess(now() - begin, 3.5)
        self.assertTrue(any("next start" in line for line in live.talk), live.talk)
        live = self.start()
        wait_until(lambda: live.counted() == posts * count, "the rest is counted", 120)
        self.assertEqual(live.stop(), 0, live.talk)

    def test_a_client_that_never_finishes_does_not_hold_the_stop(self):
        live = self.start("--shutdown-timeout", "4s")
        with socket.create_connection(("127.0.0.1", live.port)) as slow:
            slow.sendall(b"POST /ingest/ndjson HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
            self.assertEqual(live.post(log_line("a").encode()), 200)
            begin = now()
            self.assertEqual(live.stop(), 0, live.talk)
            self.assertLess(now() - begin, 6)
        self.assertEqual(self.ledger(live)["counted"], 1)

    def test_a_hangup_does_not_end_the_program(self):
        live = self.start()
        live.signal(signal.SIGHUP)
        wait_until(lambda: any("SIGHUP" in line for line in live.talk), "it is answered")
        self.assertEqual(live.post(log_line("a").encode()), 200)
        self.assertEqual(live.stop(), 0)

    def test_a_hangup_takes_renewed_certificates(self):
        def renew():
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-days", "1", "-subj", "/CN=localhost", "-keyout", f"{self.folder}/key.pem",
                 "-out", f"{self.folder}/cert.pem"],
                check=True, capture_output=True,
            )

        def shown(port):
            return ssl.get_server_certificate(("127.0.0.1", port))

        renew()
        config = os.path.join(self.folder, "inkling.yaml")
        tls = f"tls: {{certificate: {self.folder}/cert.pem, key: {self.folder}/key.pem, reload_interval: 1h}}"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            syslog = probe.getsockname()[1]
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"server: {{{tls}}}\n")
            file.write(f"inputs: {{syslog: {{listen: ['tls://127.0.0.1:{syslog}'], {tls}}}}}\n")
        live = self.start("--config", config)
        old = shown(live.port)
        self.assertEqual(shown(syslog), old)
        renew()
        self.assertEqual(shown(live.port), old)  # the interval is far away
        live.signal(signal.SIGHUP)
        wait_until(lambda: shown(live.port) != old and shown(syslog) != old, "the new certificate is shown")
        self.assertEqual(live.stop(), 0)

    def test_a_second_signal_leaves_at_once(self):
        live = self.start()
        with socket.create_connection(("127.0.0.1", live.port)) as slow:
            slow.sendall(b"POST /ingest/ndjson HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
            self.assertEqual(live.post(log_line("a").encode()), 200)
            live.signal()
            wait_until(lambda: any("draining" in line for line in live.talk), "draining is said")
            begin = now()
            live.signal()
            self.assertEqual(live.ended(), 1, live.talk)
            self.assertLess(now() - begin, 3)
        self.assertEqual(self.ledger(live)["counted"], 1)

    def test_a_stop_during_the_start_ends_the_program(self):
        for delay in (0.0, 0.01, 0.03, 0.1):
            process = subprocess.Popen(
                [live_program.BINARY, "run", "--state-dir", self.state, "--listen", "127.0.0.1:0"],
                stderr=subprocess.DEVNULL,
            )
            time.sleep(delay)  # somewhere in the start
            process.send_signal(signal.SIGTERM)
            # Before the program has taken over its signals, the system ends it.
            self.assertIn(process.wait(20), (0, -signal.SIGTERM))

    def test_a_full_disk_is_told_to_senders_and_passes(self):
        def limit_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then writing fails instead
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

        # A segment can grow to that; then the next one is tried.
        live = self.start(preexec_fn=limit_files, restore_signals=False)
        acknowledged, statuses = [], []
        connection = live.connect()
        for n in range(60):
            identity = f"<{n}>"
            body = log_line(identity, filler="x" * 10_000).encode()
            while True:  # as a sender does that keeps what was not taken
                statuses.append(post(connection, body))
                if statuses[-1] == 200:
                    acknowledged.append(identity)
                    break
                time.sleep(0.05)
        self.assertIn(507, statuses)
        self.assertLessEqual(set(statuses), {200, 503, 507})
        names = [name for name in os.listdir(live.journal) if name.startswith("segment-")]
        self.assertGreater(len(names), 2)
        self.assertEqual(live.stop(), 0, live.talk)
        self.assertEqual(self.ledger(live)["counted"], len(acknowledged))

    def test_a_second_program_on_the_same_state_is_refused(self):
        live = self.start()
        second = subprocess.run(
            [live_program.BINARY, "run", "--state-dir", self.state, "--listen", "127.0.0.1:0"],
            capture_output=True,
            timeout=20,
            check=False,
        )
        self.assertEqual(second.returncode, 69, second.stderr)
        self.assertIn(b"in use", second.stderr)
        self.assertEqual(live.stop(), 0)

    def test_a_taken_port_is_refused(self):
        live = self.start()
        second = subprocess.run(
            [live_program.BINARY, "run", "--state-dir", os.path.join(self.folder, "other"),
             "--listen", f"127.0.0.1:{live.port}"],  # fmt: skip
            capture_output=True,
            timeout=20,
            check=False,
        )
        self.assertEqual(second.returncode, 69, second.stderr)
        self.assertEqual(live.stop(), 0)

    def test_the_state_is_private(self):
        live = self.start()
        self.assertEqual(live.post(log_line("a").encode()), 200)
        self.assertEqual(live.stop(), 0)
        self.assertEqual(os.stat(self.state).st_mode & 0o777, 0o700)
        self.assertEqual(os.stat(live.journal).st_mode & 0o777, 0o700)
        for name in os.listdir(live.journal):
            self.assertEqual(os.stat(os.path.join(live.journal, name)).st_mode & 0o777, 0o600)


class Seconds(unittest.TextTestResult):
    """Says how long each test took."""

    def startTest(self, test):
        self.begin = now()
        super().startTest(test)

    def addSuccess(self, test):
        print(f"({now() - self.begin:.1f} s)", end=" ", file=sys.stderr)
        super().addSuccess(test)
