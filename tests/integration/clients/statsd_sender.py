"""Sends numbered gauges with the PyPI package statsd."""

import sys
import time

import statsd

port, first, count, pace = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
client = statsd.StatsClient("127.0.0.1", port)
for number in range(first, first + count):
    client.gauge("record", number)
    client.incr("sent")
    client.timing("took", 12.5)
    time.sleep(max(pace, 0.002))
