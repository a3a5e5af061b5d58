"""A page of metrics of the Prometheus client library, scraped."""

import re

import environment
from client_case import ClientCase


class PrometheusPage(ClientCase.Base):
    sends_again = False  # a page is a reading: nothing is acknowledged
    config = "inputs: {scrape: {targets: ['tickets=http://127.0.0.1:{port:page}/metrics'], interval: 1s}}\n"

    def install(self):
        self.python = environment.need(lambda: environment.python_with(["prometheus-client==0.21.1"]))

    def command(self, first, count, pace):
        return [self.python, self.script("prometheus_page.py"), str(self.port("page")), str(count)]

    def numbers(self, rows):
        """Each page has all of them: they are counted once."""
        points = [row for row in rows if row["kind"] == "metric"]
        names = {row["name"] for row in points}
        self.assertLessEqual({"up", "orders_total", "took_seconds_count", "took_seconds_sum"}, names)
        self.assertNotIn("took_seconds_bucket", names)
        self.assertEqual({row.get("service") for row in points}, {"tickets"})
        found = set()
        for row in points:
            match = re.fullmatch(r'record (\d+) "taken"', row.get("labels", {}).get("note", ""))
            if match:
                found.add(int(match.group(1)))
        return sorted(found)
