"""Our signatures of AWS requests are those of botocore."""

import json
import os
import random
import string
import subprocess
import unittest

import environment

HERE = os.path.dirname(os.path.abspath(__file__))
SIGNER = os.path.join(
    os.path.dirname(os.environ.get("INKLING", "build/release/app/inkling")), "..", "tests", "sinks", "sign_requests"
)
PACKAGES = ["boto3==1.44.5", "botocore==1.44.5"]
REQUESTS = 1000
SEED = 20240610


def random_text(rng, alphabet, longest):
    return "".join(rng.choice(alphabet) for _ in range(rng.randrange(longest)))


def random_path(rng):
    plain = string.ascii_letters + string.digits + "-._~:@!$&'()*+,;="
    escapes = ["%3A", "%2F", "%20", "%C3%A9", "%25"]
    segments = []
    for _ in range(rng.randrange(6)):
        segments.append(rng.choice([".", "..", "", *[None] * 9]))
        if segments[-1] is None:
            segments[-1] = "".join(rng.choice([*plain, *escapes]) for _ in range(rng.randrange(1, 12)))
    return "/" + "/".join(segments)


def random_query(rng):
    plain = string.ascii_letters + string.digits + "-._~"
    escapes = ["%3A", "%2F", "%20", "%C3%A9", "%2B", "%3D"]

    def word():
        return "".join(rng.choice([*plain, *escapes]) for _ in range(rng.randrange(1, 8)))

    pairs = [word() + "=" + (word() if rng.random() < 0.8 else "") for _ in range(rng.randrange(5))]
    return "&".join(pairs)


def random_request(rng):
    headers = [["Content-Type", rng.choice(["application/json", "application/x-amz-json-1.1", "text/plain; charset=utf-8"])]]
    for _ in range(rng.randrange(4)):
        name = "X-Amz-" + random_text(rng, string.ascii_letters, 8) + "a"
        value = random_text(rng, string.ascii_letters + string.digits + '   ,;="/', 20) + "v"
        headers.append([name, value.lstrip()])
        if rng.random() < 0.2:
            headers.append([name, "again"])
    if rng.random() < 0.3:
        headers.append(["User-Agent", "somebody/1.0"])
    return {
        "method": rng.choice(["GET", "POST", "PUT", "DELETE"]),
        "host": rng.choice(["bedrock-runtime.us-east-1.amazonaws.com", "sns.eu-west-1.amazonaws.com", "localhost:8443"]),
        "path": random_path(rng),
        "query": random_query(rng),
        "headers": headers,
        "body": random_text(rng, string.printable + "äöü€😀", 300),
        "key": "AKIA" + random_text(rng, string.ascii_uppercase, 16),
        "secret": random_text(rng, string.ascii_letters + string.digits + "/+", 40) + "x",
        "token": rng.choice(["", random_text(rng, string.ascii_letters + "/+=", 200)]),
        "region": rng.choice(["us-east-1", "eu-central-1", "ap-southeast-2"]),
        "service": rng.choice(["bedrock", "sns", "sts", "bedrock-agentcore", "aidevops"]),
        "time": rng.randrange(1_600_000_000, 1_900_000_000),
    }


class AwsSigningTest(unittest.TestCase):
    def test_random_requests_are_signed_as_botocore_signs_them(self):
        python = environment.need(lambda: environment.python_with(PACKAGES))
        rng = random.Random(SEED)
        requests = [random_request(rng) for _ in range(REQUESTS)]
        rows = "".join(json.dumps(request) + "\n" for request in requests).encode()
        ours = subprocess.run([SIGNER], input=rows, capture_output=True, timeout=120, check=True)
        theirs = subprocess.run(
            [python, os.path.join(HERE, "botocore_signer.py")], input=rows, capture_output=True, timeout=120, check=True
        )
        pairs = list(zip(requests, ours.stdout.splitlines(), theirs.stdout.splitlines(), strict=True))
        self.assertEqual(len(pairs), REQUESTS)
        different = [row for row in pairs if row[1] != row[2]]
        self.assertEqual(different[:1], [], f"{len(different)} of {REQUESTS} differ, seed {SEED}")


if __name__ == "__main__":
    unittest.main()
