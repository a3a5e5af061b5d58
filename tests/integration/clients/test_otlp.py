"""OpenTelemetry's SDKs over OTLP/HTTP: Python's exporters write protobuf, JavaScript's JSON."""

import re

import environment
from client_case import ClientCase

PYTHON = ["opentelemetry-sdk==1.29.0", "opentelemetry-exporter-otlp-proto-http==1.29.0"]
NODE = [
    "@opentelemetry/api-logs@0.57.2", "@opentelemetry/sdk-logs@0.57.2",
    "@opentelemetry/exporter-logs-otlp-http@0.57.2", "@opentelemetry/sdk-metrics@1.30.1",
    "@opentelemetry/exporter-metrics-otlp-http@0.57.2", "@opentelemetry/resources@1.30.1",
]


class OtlpCase(ClientCase.Base):
    signal = "logs"
    patience = 120  # an SDK waits up to a minute between two attempts

    def numbers(self, rows):
        if self.signal == "logs":
            for row in rows:
                if re.search(r"record \d+ taken", row.get("message", "")):
                    said = [row.get(name) for name in ("service", "version", "level", "route", "status")]
                    self.assertEqual(said, ["tickets", "1.4.2", "warn", "/tickets", 201], row)
            return super().numbers(rows)
        points = [row for row in rows if row.get("name") == "tickets.taken"]
        for row in points:
            self.assertEqual((row["service"], row["value"], row["type"]), ("tickets", 1, "delta"))
        return [int(row["labels"]["number"]) for row in points]


class OtlpFromPython(OtlpCase):
    compression = "none"

    def install(self):
        self.python = environment.need(lambda: environment.python_with(PYTHON))

    def command(self, first, count, pace):
        return [self.python, self.script("otlp_sender.py"), self.signal, self.http, str(first), str(count), str(pace),
                self.compression]


class OtlpLogsFromPython(OtlpFromPython):
    signal = "logs"
    compression = "gzip"


class OtlpMetricsFromPython(OtlpFromPython):
    signal = "metrics"


class OtlpFromJavaScript(OtlpCase):
    def install(self):
        self.node, self.modules = environment.need(lambda: environment.node_with(NODE))

    def command(self, first, count, pace):
        return [self.node, self.script("otlp_sender.js"), self.modules, self.signal, self.http, str(first), str(count),
                str(pace)]


class OtlpLogsFromJavaScript(OtlpFromJavaScript):
    signal = "logs"


class OtlpMetricsFromJavaScript(OtlpFromJavaScript):
    signal = "metrics"


# These only hold what the others share.
del OtlpCase, OtlpFromPython, OtlpFromJavaScript
