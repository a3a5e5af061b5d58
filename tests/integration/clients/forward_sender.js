// Sends numbered records with @fluent-org/logger and waits for each acknowledgement, as an
// application would; what is not acknowledged is emitted again.
// usage: node forward_sender.js LIBRARIES TARGET MODE KEY FIRST COUNT PACE
// TARGET is a port or the path of a unix socket; KEY may be empty.
const path = require("path");
const [libraries, target, mode, key, first, count, pace] = process.argv.slice(2);
const { FluentClient } = require(path.join(libraries, "node_modules", "@fluent-org", "logger"));

const socket = target.startsWith("/") ? { path: target } : { host: "127.0.0.1", port: Number(target) };
const client = new FluentClient("tickets", {
  socket: { ...socket, timeout: 30000, reconnect: { backoff: 1.2, delay: 200, minDelay: 100, maxDelay: 1000 } },
  eventMode: mode,
  ack: { ackTimeout: 12000 },
  ...(key ? { security: { clientHostname: "sender", sharedKey: key } } : {}),
});
client.socketOn && client.socketOn("error", () => {});

const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

async function sendOne(number) {
  for (let attempt = 0; attempt < 200; ++attempt) {
    try {
      await client.emit("app", { message: `record ${number} taken`, level: "info", service: "tickets" });
      return;
    } catch (error) {
      await wait(0.2);
    }
  }
  throw new Error(`record ${number} is not taken`);
}

async function main() {
  const end = Number(first) + Number(count);
  for (let begin = Number(first); begin < end; begin += 10) {
    const numbers = Array.from({ length: Math.min(10, end - begin) }, (_, i) => begin + i);
    await Promise.all(numbers.map(sendOne));
    if (Number(pace) > 0) await wait(Number(pace) * 10);
  }
  process.exit(0);
}
process.exitCode = 3; // unless it comes to its end
process.on("uncaughtException", () => {});
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
