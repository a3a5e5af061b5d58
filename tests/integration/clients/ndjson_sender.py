"""Sends numbered lines with `requests`, as a script of a user would: retries by urllib3's own rules."""

import argparse
import json
import sys
import time

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

parser = argparse.ArgumentParser()
parser.add_argument("url")
parser.add_argument("first", type=int)
parser.add_argument("count", type=int)
parser.add_argument("pace", type=float)
arguments = parser.parse_args()

GROUP = 10
retry = Retry(
    total=60, status=60, connect=60, read=60, backoff_factor=0.2, backoff_max=2,
    status_forcelist=[429, 503], allowed_methods=None, respect_retry_after_header=True,
)
session = requests.Session()
session.mount("http://", HTTPAdapter(max_retries=retry))
for begin in range(arguments.first, arguments.first + arguments.count, GROUP):
    numbers = range(begin, min(begin + GROUP, arguments.first + arguments.count))
    body = "".join(
        json.dumps({"time": time.time(), "level": "info", "service": "tickets", "message": f"record {n} taken"}) + "\n"
        for n in numbers
    )
    answer = session.post(arguments.url, data=body, headers={"Content-Type": "application/x-ndjson"}, timeout=30)
    if answer.status_code != 200:
        sys.exit(f"{answer.status_code}: {answer.text}")
    time.sleep(arguments.pace * GROUP)
