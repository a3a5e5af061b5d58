// Sends numbered records with pino and pino-datadog-transport (Datadog's own API client, gzip); what
// was not taken is sent again by the transport.
// usage: node datadog_sender.js LIBRARIES URL KEY FIRST COUNT PACE
const path = require("path");
const [libraries, url, key, first, count, pace] = process.argv.slice(2);
const load = (name) => require(path.join(libraries, "node_modules", name));
const { default: pino } = load("pino");
const { default: transport } = load("pino-datadog-transport");
const { client } = load("@datadog/datadog-api-client");

const kGroup = 10;
const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

let delivered = 0;
const stream = transport({
  ddClientConf: {
    authMethods: { apiKeyAuth: key },
    baseServer: new client.ServerConfiguration(url, {}),
  },
  ddsource: "nodejs",
  ddtags: "env:test,version:1.4.2",
  service: "tickets",
  sendIntervalMs: 100,
  retries: 8,
  onDebug: (text) => {
    const done = /Sending (\d+) logs to Datadog completed/.exec(text);
    if (done) delivered += Number(done[1]);
  },
  onError: (error) => {
    console.error(error);
    process.exit(1);
  },
});
const logger = pino({ level: "info" }, stream);

async function main() {
  const end = Number(first) + Number(count);
  for (let n = Number(first); n < end; ++n) {
    logger.warn({ route: "/tickets" }, `record ${n} taken`);
    if ((n + 1) % kGroup === 0 && Number(pace) > 0) await wait(Number(pace) * kGroup);
  }
  while (delivered < Number(count)) await wait(0.05);
  process.exit(0);
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
