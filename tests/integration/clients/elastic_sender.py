"""Sends numbered documents with the bulk helper of the Elasticsearch client."""

import argparse
import datetime
import time

from elasticsearch import ConnectionError as NoConnection
from elasticsearch import ApiError, Elasticsearch, helpers

parser = argparse.ArgumentParser()
parser.add_argument("url")
parser.add_argument("first", type=int)
parser.add_argument("count", type=int)
parser.add_argument("pace", type=float)
arguments = parser.parse_args()

GROUP = 10
client = Elasticsearch(
    arguments.url, retry_on_status=[429, 503], retry_on_timeout=True, max_retries=60, request_timeout=30,
    http_compress=True,
)
for begin in range(arguments.first, arguments.first + arguments.count, GROUP):
    documents = [
        {
            "_op_type": "create",
            "_index": "logs-tickets",
            "@timestamp": datetime.datetime.now(datetime.timezone.utc).isoformat(),
            "log.level": "info",
            "service.name": "tickets",
            "message": f"record {n} taken",
        }
        for n in range(begin, min(begin + GROUP, arguments.first + arguments.count))
    ]
    # The client's own retries have no pause between them; a user's loop around it has.
    deadline = time.monotonic() + 50
    while True:
        try:
            done, _ = helpers.bulk(client, documents)
            break
        except (ApiError, NoConnection):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    assert done == len(documents), done
    time.sleep(arguments.pace * GROUP)
