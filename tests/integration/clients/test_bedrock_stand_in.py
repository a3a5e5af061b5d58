"""The stand-in for Bedrock takes what AWS's own SDK sends, and the SDK takes what it answers."""

import json
import os
import subprocess
import unittest

import environment
from test_aws_signing import PACKAGES

HERE = os.path.dirname(os.path.abspath(__file__))
STAND_IN = os.path.join(
    os.path.dirname(os.environ.get("INKLING", "build/release/app/inkling")), "..", "tests", "support", "bedrock_stand_in"
)


class BedrockStandInTest(unittest.TestCase):
    def run_client(self, **variables):
        python = environment.need(lambda: environment.python_with(PACKAGES))
        with subprocess.Popen([STAND_IN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            endpoint = server.stdout.readline().strip()
            clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
            client = subprocess.run(
                [python, os.path.join(HERE, "bedrock_client.py"), endpoint],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
                env={**clean, "AWS_EC2_METADATA_DISABLED": "true", **variables},
            )
            server.stdin.close()
            seen = server.stdout.read()
        self.assertEqual(client.returncode, 0, client.stderr + seen)
        return json.loads(client.stdout), seen

    def test_the_sdk_of_aws_is_understood(self):
        out, seen = self.run_client()
        self.assertEqual(out["converse"], [["tool_use", "chg:1"]] * 3)
        self.assertEqual(json.loads(out["stream"])["suspect"], "chg:1")
        self.assertEqual(out["stop"], "tool_use")
        self.assertGreater(out["usage"]["inputTokens"], 0)
        self.assertEqual(out["refused"], "InvalidSignatureException")
        self.assertIn("calls 5 answered 4 refused 1", seen)


if __name__ == "__main__":
    unittest.main()
