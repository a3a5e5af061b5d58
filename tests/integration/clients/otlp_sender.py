"""Sends numbered records with the exporters of OpenTelemetry's Python SDK (protobuf).

The exporter retries by the SDK's own rules; what it gives up on is handed to it again, as an
application does that must not lose it.
"""

import argparse
import logging
import time

from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler, LogRecordProcessor
from opentelemetry.sdk._logs.export import LogExportResult
from opentelemetry.sdk.metrics import Counter, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader, MetricExportResult
from opentelemetry.sdk.resources import Resource

GROUP = 10

parser = argparse.ArgumentParser()
parser.add_argument("signal", choices=["logs", "metrics"])
parser.add_argument("url")
parser.add_argument("first", type=int)
parser.add_argument("count", type=int)
parser.add_argument("pace", type=float)
parser.add_argument("compression")
arguments = parser.parse_args()

resource = Resource.create(
    {"service.name": "tickets", "service.version": "1.4.2", "deployment.environment.name": "test"}
)
options = {"timeout": 30}
if arguments.compression == "gzip":
    from opentelemetry.exporter.otlp.proto.http import Compression

    options["compression"] = Compression.Gzip


def deliver(export, good):
    while True:
        try:
            if export() == good:
                return
        except Exception as error:  # connection refused: the SDK lets it through
            print(f"again: {error}", flush=True)
        time.sleep(0.5)


class Collect(LogRecordProcessor):
    def __init__(self):
        self.records = []

    def on_emit(self, log_data):
        self.records.append(log_data)

    emit = on_emit

    def shutdown(self):
        pass

    def force_flush(self, timeout_millis=30000):
        return True


def send_logs():
    exporter = OTLPLogExporter(endpoint=f"{arguments.url}/v1/logs", **options)
    provider = LoggerProvider(resource=resource)
    collect = Collect()
    provider.add_log_record_processor(collect)
    logger = logging.getLogger("tickets")
    logger.setLevel(logging.INFO)
    logger.addHandler(LoggingHandler(logger_provider=provider))
    logger.propagate = False
    for n in range(arguments.first, arguments.first + arguments.count):
        logger.warning("record %d taken", n, extra={"http.route": "/tickets", "http.response.status_code": 201})
        if len(collect.records) == GROUP or n == arguments.first + arguments.count - 1:
            batch, collect.records = collect.records, []
            deliver(lambda: exporter.export(batch), LogExportResult.SUCCESS)
            time.sleep(arguments.pace * GROUP)


def send_metrics():
    exporter = OTLPMetricExporter(endpoint=f"{arguments.url}/v1/metrics", **options)
    reader = InMemoryMetricReader(preferred_temporality={Counter: AggregationTemporality.DELTA})
    meter = MeterProvider(metric_readers=[reader], resource=resource).get_meter("tickets")
    taken = meter.create_counter("tickets.taken", unit="1")
    for begin in range(arguments.first, arguments.first + arguments.count, GROUP):
        for n in range(begin, min(begin + GROUP, arguments.first + arguments.count)):
            taken.add(1, {"number": n})
        data = reader.get_metrics_data()
        deliver(lambda: exporter.export(data), MetricExportResult.SUCCESS)
        time.sleep(arguments.pace * GROUP)


send_logs() if arguments.signal == "logs" else send_metrics()
