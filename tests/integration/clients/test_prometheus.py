"""Debian's Prometheus server, which scrapes a page and remote-writes it (1.0)."""

import collections
import sys

import environment
from client_case import ClientCase


class RemoteWriteFromPrometheus(ClientCase.Base):
    count = 60
    patience = 90
    least_refusal = 20  # it begins to send some six seconds after its start

    def install(self):
        environment.need(lambda: environment.debian(["prometheus"]))

    def command(self, first, count, pace):
        return [sys.executable, self.script("prometheus_sender.py"), self.http, str(first), str(count), str(pace)]

    def numbers(self, rows):
        points = [row for row in rows if row.get("name") == "record_number"]
        for row in points:
            self.assertEqual((row["service"], row["type"]), ("tickets", "gauge"))
        # Each series has a sample per scrape: it counts once, and once more if a sample is there twice.
        seen = collections.Counter((row["labels"]["number"], row["time"]) for row in points if row["value"] is not None)
        numbers = {int(number) for number, _ in seen}
        return [*numbers, *(int(number) for (number, _), times in seen.items() for _ in range(times - 1))]
