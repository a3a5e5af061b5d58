"""A live program has its incidents explained by a model that is a stand-in."""

import json
import os
import subprocess
import tempfile
import unittest

import live_program
from live_program import Live, log_line, now, stamp, wait_until
from test_bedrock_stand_in import STAND_IN

CONFIG = """
escalate:
  investigator: bedrock
  bedrock: {endpoint: "%s", region: us-east-1, backoff: 50ms}
"""


class EscalationTest(unittest.TestCase):
    def start(self, *stand_in):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.server = subprocess.Popen([STAND_IN, *stand_in], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.stdin.close)
        self.addCleanup(self.server.stdout.close)
        endpoint = self.server.stdout.readline().strip()
        self.config = os.path.join(folder.name, "inkling.yaml")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(CONFIG % endpoint)
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE"}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.state = os.path.join(folder.name, "state")
        self.live = Live(self.state, "--config", self.config, env={**clean, **keys})
        self.addCleanup(self.live.destroy)

    def raise_alarm(self):
        end = now() - 2
        lines = []
        for n in range(1440):
            at = end - 720 + n / 2
            failed = at > end - 120 and n % 2 == 0
            lines.append(log_line(n, at, level="error" if failed else "info", status=500 if failed else 200,
                                  message="seat map is locked" if failed else f"seat {n} booked"))  # fmt: skip
        self.live.post("".join(lines).encode())
        alarm = {"service": "tickets", "metric": "error_rate", "threshold": 0.05, "observed": 0.5,
                 "fired_at": stamp(end), "severity": "critical", "monitor": "tickets-errors"}  # fmt: skip
        self.live.post((json.dumps(alarm) + "\n").encode())

    def report_with(self, text):
        def found():
            self.live.post(log_line("more", status=200).encode())
            rows = live_program.inkling("incident", "ls", "--state-dir", self.state, "--output", "json").splitlines()
            for row in rows:
                identity = json.loads(row)["id"]
                report = live_program.inkling("report", identity, "--state-dir", self.state)
                if text in report:
                    return identity, report
            return None

        return wait_until(found, f"a report with: {text}", 40)

    def test_a_model_explains_and_the_prompt_can_be_seen(self):
        self.start()
        self.raise_alarm()
        identity, report = self.report_with("Explained by a language model")
        self.assertIn("nothing was struck out", report)
        self.assertGreaterEqual(self.live.metric('inkling_sinks_explained_total{by="model"}'), 1.0)
        body = live_program.inkling("prompt", "show", identity, "--state-dir", self.state, "--config", self.config, "--body")
        self.assertIn("tickets", json.loads(body)["messages"][0]["content"][0]["text"])
        self.assertEqual(self.live.stop(), 0)

    def test_without_an_answer_the_report_says_why(self):
        self.start("0", "1.0")  # every call is throttled
        self.raise_alarm()
        self.report_with("from the numbers alone (throttled)")
        self.assertEqual(self.live.stop(), 0)


if __name__ == "__main__":
    unittest.main()
