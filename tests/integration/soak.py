"""A mix of valid, broken and hostile clients against a live program, bounded in count and time:
   soak.py [--minutes N] [--tls]      INKLING = path of the program; soak_test.py runs the short form

Ends well if every acknowledged line is in the ledger and the books balance, nothing is held for
clients that are gone (descriptors, connections, buffers), and memory is steady: RSS of the last
third of the time beside that of the middle third, less the 64 bytes that the journal's index may
take for a frame.
"""

import argparse
import gzip
import os
import random
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path

from live_program import Live, log_line, wait_until

CLIENTS = 12
PATHS = ("/ingest/ndjson", "/v1/logs", "/v1/metrics", "/v1/traces", "/_bulk", "/loki/api/v1/push",
         "/services/collector/event", "/services/collector/raw", "/api/v2/logs", "/ingest/firehose",
         "/api/v1/write", "/metrics", "/nowhere")
CONFIG = """
server:
  head_timeout: 500ms
  body_timeout: 1s
  idle_timeout: 1s
  max_connections: 64
  max_body_bytes: 1MiB
  max_buffered_bytes: 8MiB
  {tls}
inputs: {{max_line_bytes: 16KiB, http: {{max_inflated_bytes: 2MiB, max_inflate_ratio: 100}}}}
journal: {{durability: memory, max_pending_bytes: 4MiB, commit_bytes: 1MiB}}
"""
SMUGGLED = b"POST /ingest/ndjson HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nsmuggled\n"
HEAD = b"POST /ingest/ndjson HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
HOSTILE = (
    HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    HEAD + b"Content-Length: 5\r\nContent-Length: 60\r\n\r\n" + SMUGGLED,
    HEAD + b"X-A: b\r\n c\r\n\r\n",
    HEAD + b"X-A: b\0c\r\n\r\n",
    HEAD + b"X-A: " + b"a" * 40_000 + b"\r\n\r\n",
    HEAD + b"Content-Length: 99999999999\r\n\r\n",
    HEAD + b"Transfer-Encoding: gzip\r\n\r\n",
    CHUNKED + b"zz\r\n" + SMUGGLED,
    CHUNKED + b"ffffffffffffffff\r\n",
    CHUNKED + b"0\r\nX: " + b"a" * 40_000,
    b"POST /ingest/ndjson HTTP/1.1\nHost: x\n\n",
    b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", b"\0" * 2000,
    HEAD + b"Content-Encoding: br\r\nContent-Length: 1\r\n\r\nx",
)
BROKEN = (
    b'{"message": \n',
    b'{"a":' * 2000 + b"1" + b"}" * 2000 + b"\n",
    b'{"message":"' + b"a" * 20_000 + b'"}\n',
    b'{"a\xff":1}\n',
    b"[1,2\n",
)
BOMB = gzip.compress(b"\0" * (64 << 20), 9)


class Soak:
    def __init__(self, folder, tls=False):
        self.folder = Path(folder)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if tls else None
        config = self.folder / "config.yaml"
        config.write_text(CONFIG.format(tls=self._certificate() if tls else ""))
        self.live = Live(str(self.folder / "state"), "--config", str(config))
        if tls:  # Live asks without TLS
            self.live.get = self._get
        self.lock = threading.Lock()
        self.acknowledged = 0  # lines
        self.answers = {}
        self.done = 0
        self.stop_at = 0.0
        self.failures = []

    def _certificate(self):
        certificate, key = self.folder / "cert.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=localhost",
                        "-keyout", str(key), "-out", str(certificate)],
                       check=True, capture_output=True)
        self.tls.check_hostname = False
        self.tls.verify_mode = ssl.CERT_NONE
        return f"tls: {{certificate: {certificate}, key: {key}}}"

    def _get(self, path):
        with self.connect() as client:
            client.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            head, _, body = read_to_end(client).partition(b"\r\n\r\n")
        return int(head.split()[1]), body.decode()

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.live.port), timeout=10)
        return self.tls.wrap_socket(plain) if self.tls else plain

    # One visit each. What the program answers is counted; only hangs and lies are failures.

    def valid(self, rng):
        with self.connect() as client:
            for _ in range(rng.randint(1, 5)):
                lines = rng.randint(1, 200)
                body = "".join(log_line(rng.randint(0, 9)) for _ in range(lines)).encode()
                self.send_body(client, rng, body, lines)

    def send_body(self, client, rng, body, lines):
        encoding = rng.choice(("", "gzip", "deflate"))
        if encoding == "gzip":
            half = len(body) // 2  # two members
            body = gzip.compress(body[:half], 1) + gzip.compress(body[half:], 1)
        elif encoding == "deflate":
            body = zlib.compress(body, 1)
        fields = f"Content-Encoding: {encoding}\r\n".encode() if encoding else b""
        if rng.random() < 0.3:
            client.sendall(HEAD + fields + b"Transfer-Encoding: chunked\r\n\r\n")
            for at in range(0, len(body), 1000):
                piece = body[at:at + 1000]
                client.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            client.sendall(b"0\r\nX-Trailer: y\r\n\r\n")
        else:
            client.sendall(HEAD + fields + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.note(read_answer(client), lines)

    def note(self, status, lines=0):
        with self.lock:
            self.answers[status] = self.answers.get(status, 0) + 1
            if status == 200:
                self.acknowledged += lines
        if lines and status not in (200, 503):
            raise AssertionError(f"a valid body got {status}")
        return status

    def pipelined(self, rng):
        line = log_line(1).encode()
        count = rng.randint(2, 20)
        with self.connect() as client:
            client.sendall((HEAD + b"Content-Length: %d\r\n\r\n" % len(line) + line) * count)
            rest = b""
            for _ in range(count):
                status, rest = read_one(client, rest)
                self.note(status, 1)

    def broken(self, rng):
        body = rng.choice(BROKEN)
        if rng.random() < 0.3:
            body = gzip.compress(body * 50)[:rng.randint(12, 60)]  # torn
            encoding = b"Content-Encoding: gzip\r\n"
        elif rng.random() < 0.05:
            body, encoding = BOMB, b"Content-Encoding: gzip\r\n"
        else:
            encoding = b""
        with self.connect() as client:
            client.sendall(HEAD + encoding + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self.note(read_answer(client))

    def noise(self, rng):
        body = rng.randbytes(rng.randint(1, 3000))
        path = rng.choice(PATHS[1:]).encode()  # what ndjson makes of noise is not known beforehand
        encoding = rng.choice((b"", b"", b"Content-Encoding: gzip\r\n", b"Content-Encoding: snappy\r\n"))
        kind = rng.choice((b"application/json", b"application/x-protobuf"))
        with self.connect() as client:
            client.sendall(b"POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                           % (path, encoding, kind, len(body)) + body)
            self.note(read_answer(client))

    def hostile(self, rng):
        with self.connect() as client:
            client.sendall(rng.choice(HOSTILE))
            answer = read_to_end(client)
            if b"HTTP/1.1 200" in answer:
                raise AssertionError(f"smuggled: {answer[:300]}")
            self.note(int(answer.split()[1]) if answer else "closed")

    def slow(self, rng):
        begun = rng.choice((b"POST /inge", HEAD, HEAD + b"Content-Length: 5000\r\n\r\nab", CHUNKED + b"5\r\nab"))
        with self.connect() as client:
            client.sendall(begun)
            for _ in range(100):
                client.settimeout(0.05)
                try:
                    answer = client.recv(1000)
                    break
                except (TimeoutError, ssl.SSLWantReadError):
                    client.sendall(b"a")  # one byte at a time
            else:
                raise AssertionError("a slow client was not ended")
            self.note(int(answer.split()[1]) if answer else "closed")

    def leaving(self, rng):
        """Goes away in the middle, half of the time with a reset."""
        client = self.connect()
        client.sendall(rng.choice((b"P", HEAD, HEAD + b"Content-Length: 900000\r\n\r\n" + b"a" * 5000,
                                   CHUNKED + b"500\r\nabc", HEAD + b"Content-Length: 4\r\n\r\n{}\n\n")))
        if rng.random() < 0.5:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()

    def deaf(self, rng):
        """Asks for much and reads nothing."""
        with self.connect() as client:
            client.settimeout(3)
            try:
                for _ in range(200):
                    client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            except OSError:
                pass

    def silent(self, rng):
        with self.connect() as client:
            client.settimeout(5)
            if client.recv(1):
                raise AssertionError("an answer without a question")

    VISITS = ((valid, 10), (pipelined, 3), (broken, 4), (noise, 4), (hostile, 8), (slow, 3),
              (leaving, 6), (deaf, 1), (silent, 1))

    def visit(self, seed, most):
        rng = random.Random(seed)
        kinds, weights = zip(*self.VISITS)
        while time.monotonic() < self.stop_at and self.done < most and not self.failures:
            kind = rng.choices(kinds, weights)[0]
            try:
                kind(self, rng)
            except (OSError, ConnectionError, IndexError) as error:
                self.note(type(error).__name__)  # beyond max_connections, or cut off with a reset
            except AssertionError as error:
                self.failures.append(f"{kind.__name__}, seed {seed}: {error}")
            with self.lock:
                self.done += 1

    def run(self, seconds, most=1_000_000, seed=1):
        """Raises AssertionError if anything is not as it must be; else what was measured."""
        pid = self.live.process.pid
        self.live.get("/metrics")
        descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        samples = []
        begin = time.monotonic()
        self.stop_at = begin + seconds
        threads = [threading.Thread(target=self.visit, args=(seed * 1000 + i, most))
                   for i in range(CLIENTS)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            samples.append((time.monotonic() - begin, rss_of(pid)))
            time.sleep(0.1)
        for thread in threads:
            thread.join()
        assert not self.failures, self.failures
        return self.check(pid, descriptors, samples)

    def check(self, pid, descriptors, samples):
        live = self.live
        wait_until(lambda: live.metric("inkling_http_connections") <= 1, "all clients are forgotten")
        wait_until(lambda: live.counted() >= self.acknowledged, "all lines are counted")
        counted = live.counted()
        assert counted == self.acknowledged, f"{counted} lines, {self.acknowledged} acknowledged"
        assert live.metric("inkling_ledger_balanced") == 1
        assert live.metric("inkling_http_buffered_bytes") == 0
        wait_until(lambda: len(os.listdir(f"/proc/{pid}/fd")) <= descriptors + 1, "no descriptor is lost")
        frames = live.metric("inkling_ledger_frames_total")
        third = len(samples) // 3
        early, late = samples[third:2 * third], samples[2 * third:]
        growth = median(r for _, r in late) - median(r for _, r in early) - 64 * frames / 3
        slope = slope_of(samples[third:])
        live.signal()
        assert live.ended() == 0
        return {"visits": self.done, "acknowledged": self.acknowledged, "frames": frames,
                "growth_mb": growth / 1e6, "slope_kb_per_s": slope / 1e3,
                "rss_mb": samples[-1][1] / 1e6, "answers": self.answers}


def read_to_end(client):
    data = b""
    while piece := client.recv(65536):
        data += piece
    return data


def read_one(client, data):
    """The status of the next answer, and what stands behind it."""
    while b"\r\n\r\n" not in data:
        piece = client.recv(65536)
        if not piece:
            raise ConnectionError("no answer")
        data += piece
    head, _, data = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(data) < length:
        piece = client.recv(65536)
        if not piece:
            raise ConnectionError("half an answer")
        data += piece
    return int(head.split()[1]), data[length:]


def read_answer(client):
    return read_one(client, b"")[0]


def rss_of(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


def median(values):
    values = sorted(values)
    return values[len(values) // 2]


def slope_of(samples):
    """Bytes per second, by least squares."""
    mean_x = sum(x for x, _ in samples) / len(samples)
    mean_y = sum(y for _, y in samples) / len(samples)
    spread = sum((x - mean_x) ** 2 for x, _ in samples)
    return sum((x - mean_x) * (y - mean_y) for x, y in samples) / spread


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--visits", type=int, default=1_000_000)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inkling-soak-") as folder:
        soak = Soak(folder, args.tls)
        try:
            result = soak.run(args.minutes * 60, args.visits, args.seed)
        finally:
            soak.live.destroy()
    for name, value in result.items():
        print(f"soak.{name} {value:.3f}" if isinstance(value, float) else f"soak.{name} {value}")
    if result["growth_mb"] > 4:
        sys.exit("soak: memory grows")


if __name__ == "__main__":
    main()
