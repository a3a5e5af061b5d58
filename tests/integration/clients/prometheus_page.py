"""Offers numbered gauges, counters and a histogram with prometheus_client until they were fetched twice."""

import argparse
import sys
import threading
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("count", type=int)
arguments = parser.parse_args()

registry = CollectorRegistry()
taken = Gauge("tickets_taken", "One per record.", ["note"], registry=registry)
for number in range(arguments.count):
    taken.labels(note=f'record {number} "taken"').set(number)
orders = Counter("orders", "All orders.", ["shop"], registry=registry)
orders.labels(shop="a").inc(7)
took = Histogram("took_seconds", "How long.", registry=registry)
took.observe(0.25)

fetched = threading.Semaphore(0)


class Watch:
    """Told of each scrape."""

    def collect(self):
        fetched.release()
        return []


start_http_server(arguments.port, addr="127.0.0.1", registry=registry)
registry.register(Watch())  # from now on: registering asks once
fetched = threading.Semaphore(0)
for _ in range(2):
    if not fetched.acquire(timeout=30):
        sys.exit("nobody fetched the page")
time.sleep(0.5)
