"""Debian's Prometheus server, which scrapes a page and remote-writes it (1.0)."""

import collections
import os
import sys
import time

import environment
from client_case import ClientCase


class RemoteWriteFromPrometheus(ClientCase.Base):
    count = 60
    patience = 90
    waits = False
    ready = None  # the client, started but with nothing to send yet

    def install(self):
        environment.need(lambda: environment.debian(["prometheus"]))

    def command(self, first, count, pace):
        go = [self.go] if self.ready is None and self.waits else []
        return [sys.executable, self.script("prometheus_sender.py"), self.http, str(first), str(count), str(pace), *go]

    # Prometheus begins to send some six seconds after its start, later than a refusal may last: for
    # that scenario it is started with the program, and told to go where the client would be started.
    def start(self, more=""):
        live = super().start(more)
        if more:
            self.go = os.path.join(self.folder, "go")
            self.waits = True
            self.ready = super().begin(0, self.count)
            time.sleep(6)
        return live

    def begin(self, first, count, pace=0.0):
        if self.ready is None:
            return super().begin(first, count, pace)
        with open(self.go, "w", encoding="utf-8"):
            return self.ready

    def numbers(self, rows):
        points = [row for row in rows if row.get("name") == "record_number"]
        for row in points:
            self.assertEqual((row["service"], row["type"]), ("tickets", "gauge"))
        # Each series has a sample per scrape: it counts once, and once more if a sample is there twice.
        seen = collections.Counter((row["labels"]["number"], row["time"]) for row in points if row["value"] is not None)
        numbers = {int(number) for number, _ in seen}
        return [*numbers, *(int(number) for (number, _), times in seen.items() for _ in range(times - 1))]
