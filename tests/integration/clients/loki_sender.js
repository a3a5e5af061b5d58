// Sends numbered records with winston and winston-loki, JSON or protobuf; what was not taken is kept
// and pushed again by the transport itself.
// usage: node loki_sender.js LIBRARIES URL json|protobuf FIRST COUNT PACE
const path = require("path");
const [libraries, url, form, first, count, pace] = process.argv.slice(2);
const load = (name) => require(path.join(libraries, "node_modules", name));
const winston = load("winston");
const LokiTransport = load("winston-loki");

const kGroup = 10;
const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

const loki = new LokiTransport({
  host: url,
  json: form === "json",
  labels: { service: "tickets", env: "test" },
  interval: 0.1,
  gracefulShutdown: false,
  onConnectionError: (error) => console.log(`again: ${error.message}`),
});
// After an error the transport rests for a minute: too long for a test.
loki.batcher.circuitBreakerInterval = 500;
if (form === "protobuf" && loki.batcher.contentType !== "application/x-protobuf") {
  throw new Error("winston-loki found no snappy: this would be JSON");
}
const logger = winston.createLogger({ transports: [loki], exitOnError: false });

async function main() {
  const end = Number(first) + Number(count);
  for (let n = Number(first); n < end; ++n) {
    logger.warn(`record ${n} taken`, { route: "/tickets", labels: { half: n % 2 ? "odd" : "even" } });
    if ((n + 1) % kGroup === 0 && Number(pace) > 0) await wait(Number(pace) * kGroup);
  }
  const { batcher } = loki;
  while (batcher.batch.streams.length > 0 || batcher.batchesSending > 0) await wait(0.05);
  process.exit(0);
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
