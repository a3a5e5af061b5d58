// Sends numbered records with the exporters of OpenTelemetry's JavaScript SDK (JSON).
//
// usage: node otlp_sender.js MODULES logs|metrics URL FIRST COUNT PACE
//
// The exporter retries by the SDK's own rules; what it gives up on is handed to it again.
const [modules, signal, url, first, count, pace] = process.argv.slice(2);
const load = (name) => require(require.resolve(name, { paths: [modules] }));
const { Resource } = load("@opentelemetry/resources");

const kGroup = 10;
const begin = Number(first);
const end = begin + Number(count);
const resource = new Resource({ "service.name": "tickets", "service.version": "1.4.2" });
const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

async function deliver(exporter, batch) {
  for (;;) {
    const result = await new Promise((done) => exporter.export(batch, done));
    if (result.code === 0) return;
    console.log(`again: ${result.error && result.error.message}`);
    await sleep(0.5);
  }
}

async function sendLogs() {
  const { OTLPLogExporter } = load("@opentelemetry/exporter-logs-otlp-http");
  const { LoggerProvider } = load("@opentelemetry/sdk-logs");
  const exporter = new OTLPLogExporter({ url: `${url}/v1/logs` });
  let records = [];
  const provider = new LoggerProvider({ resource });
  provider.addLogRecordProcessor({
    onEmit: (record) => records.push(record),
    forceFlush: async () => {},
    shutdown: async () => {},
  });
  const logger = provider.getLogger("tickets");
  for (let n = begin; n < end; ++n) {
    logger.emit({
      severityNumber: 13,
      severityText: "WARN",
      body: `record ${n} taken`,
      attributes: { "http.route": "/tickets", "http.response.status_code": 201 },
    });
    if (records.length < kGroup && n + 1 < end) continue;
    const batch = records;
    records = [];
    await deliver(exporter, batch);
    await sleep(Number(pace) * kGroup);
  }
}

async function sendMetrics() {
  const { OTLPMetricExporter } = load("@opentelemetry/exporter-metrics-otlp-http");
  const { MeterProvider, MetricReader, AggregationTemporality } = load("@opentelemetry/sdk-metrics");
  class Reader extends MetricReader {
    async onForceFlush() {}
    async onShutdown() {}
    selectAggregationTemporality() {
      return AggregationTemporality.DELTA;
    }
  }
  const exporter = new OTLPMetricExporter({ url: `${url}/v1/metrics` });
  const reader = new Reader();
  const provider = new MeterProvider({ resource, readers: [reader] });
  const taken = provider.getMeter("tickets").createCounter("tickets.taken");
  for (let at = begin; at < end; at += kGroup) {
    for (let n = at; n < Math.min(at + kGroup, end); ++n) taken.add(1, { number: n });
    const { resourceMetrics } = await reader.collect();
    await deliver(exporter, resourceMetrics);
    await sleep(Number(pace) * kGroup);
  }
}

(signal === "logs" ? sendLogs() : sendMetrics()).then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
