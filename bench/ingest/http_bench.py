#!/usr/bin/env python3
"""Speed of the HTTP way in: a generated corpus posted to a live program, everything on.

CPU = user + system seconds of the program alone, taken from /proc between "ready" and "all lines
are in the ledger"; the file path is `replay` of the same bytes in the same run, one thread each. A
figure is believed only if the ledger counts every line. GB = 10^9 bytes as decompressed. The load
generator's own CPU time is on stderr: it shares the cores.
"""

import argparse
import gzip
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")
POST_BYTES = 1 << 20


def say(text):
    print(text, file=sys.stderr, flush=True)


def stop(text):
    say(f"bench ingest: {text}")
    sys.exit(1)


def print_figure(name, values, digits=3):
    print(f"ingest.{name} {statistics.median(values):.{digits}f}", flush=True)
    say(f"ingest.{name}: median {statistics.median(values):.{digits}f} "
        f"({min(values):.{digits}f}..{max(values):.{digits}f}, {len(values)} repetitions)")


def make_bodies(program, size, cache):
    """The corpus as one file, and cut at lines into bodies: plain, gzip, zstd."""
    folder = cache / f"bodies-{size}"
    known = folder / "known.json"
    if not known.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        corpus = folder / "corpus.ndjson"
        say(f"generating {size}: {corpus}")
        subprocess.run([program, "gen", "--corpus", size, "--out", str(corpus)],
                       capture_output=True, check=True)
        lines = pieces = 0
        with corpus.open("rb") as file:
            while piece := file.read(POST_BYTES):
                piece += file.readline()
                lines += piece.count(b"\n")
                path = folder / f"{pieces:05}"
                path.with_suffix(".identity").write_bytes(piece)
                path.with_suffix(".gzip").write_bytes(gzip.compress(piece, 6, mtime=0))
                pieces += 1
        for path in sorted(folder.glob("*.identity")):
            subprocess.run(["zstd", "-3", "-q", "-f", str(path), "-o",
                            str(path.with_suffix(".zstd"))], check=True)
        known.write_text(json.dumps({"lines": lines, "bytes": corpus.stat().st_size}))
    known = json.loads(known.read_text())
    bodies = {encoding: sorted(map(str, folder.glob(f"*.{encoding}")))
              for encoding in ("identity", "gzip", "zstd")}
    return folder / "corpus.ndjson", known["lines"], known["bytes"], bodies


def cpu_of(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def rss_of(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) / 1e3


class Server:
    """`inkling run` in a folder of its own."""

    def __init__(self, program, durability, more=""):
        self.folder = tempfile.TemporaryDirectory(prefix="inkling-bench-")
        config = Path(self.folder.name) / "config.yaml"
        config.write_text((HERE / "../e2e/e2e.yaml").read_text() +
                          f"journal: {{durability: {durability}}}\n{more}")
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        self.process = subprocess.Popen(
            [program, "run", "--state-dir", self.folder.name + "/state", "--listen", "127.0.0.1:0",
             "--config", str(config), "--threads", "1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
        self.port = None
        while self.port is None:
            line = self.process.stderr.readline()
            if not line:
                stop("the program did not start")
            if found := re.search(r"listening on \S+:(\d+),", line):
                self.port = int(found.group(1))
        self.pid = self.process.pid

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            text = answer.read().decode()
        return {name: float(value) for name, value in
                (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))}

    def wait_for_lines(self, lines):
        """The metrics once that many lines went through everything."""
        deadline = time.monotonic() + 120
        while True:
            metrics = self.metrics()
            if metrics.get("inkling_ledger_lines_total", 0) >= lines:
                break
            if time.monotonic() > deadline:
                stop(f"only {metrics.get('inkling_ledger_lines_total')} of {lines} lines arrived")
            time.sleep(0.02)
        time.sleep(0.05)  # a page may have been made while the books were being written
        return self.metrics()

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=60)
        self.folder.cleanup()
        if self.process.returncode != 0:
            stop(f"the program ended with {self.process.returncode}")


def load(program, port, *arguments):
    done = subprocess.run([str(program), "--port", str(port), *map(str, arguments)],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        stop(done.stderr.strip())
    return json.loads(done.stdout)


def check_ledger(metrics, lines):
    """Every line was understood and counted, none twice, none late."""
    outcome = {name: metrics.get(f'inkling_ledger_outcome_lines_total{{outcome="{name}"}}', 0)
               for name in ("counted", "screened", "points", "events", "other", "late", "broken")}
    good = sum(outcome[name] for name in ("counted", "screened", "points", "events", "other"))
    if metrics["inkling_ledger_lines_total"] != lines or metrics["inkling_ledger_balanced"] != 1:
        stop(f"wrong result: {metrics['inkling_ledger_lines_total']} lines instead of {lines}")
    if good + outcome["late"] != lines or outcome["late"] > lines * 0.001:
        stop(f"wrong result: {outcome} of {lines} lines")


def touch_memory(size):
    """Has the kernel use that much memory for a file and let go of it again. The first use of a page
    of a virtual machine that gave its free memory back is paid to the host, and charged to whoever
    comes first: writing 800 MB cost 1.79 s of CPU so, and 0.16 s the next time. Replaying a file of
    the page cache never pays it, a program that writes always would."""
    with tempfile.TemporaryFile() as file:
        block = bytes(1 << 20)
        for _ in range(size >> 20):
            file.write(block)


def posted(args, bodies, lines, encoding, durability, connections):
    """CPU seconds of the program to take all bodies in."""
    server = Server(args.program, durability)
    server.metrics()
    touch_memory(sum(os.path.getsize(body) for body in bodies) * 2)
    before = cpu_of(server.pid)
    words = ["--connections", connections, "--requests", len(bodies)]
    if encoding != "identity":
        words += ["--encoding", encoding]
    for body in bodies:
        words += ["--body", body]
    done = load(args.load, server.port, *words)
    metrics = server.wait_for_lines(lines)
    cpu = cpu_of(server.pid) - before
    if list(done["statuses"]) != ["200"]:
        stop(f"wrong answers: {done['statuses']}")
    check_ledger(metrics, lines)
    server.stop()
    return cpu, done


def replayed(args, corpus):
    """CPU seconds of the file path."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([args.program, "replay", str(corpus), "--config", HERE / "../e2e/e2e.yaml",
                    "--threads", "1", "--quiet"], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def bench_bodies(args):
    corpus, lines, size, bodies = make_bodies(args.program, args.size, args.cache)
    kinds = [("memory", "identity"), ("disk", "identity"), ("memory", "gzip"), ("memory", "zstd")]
    rates = {"file": []} | {kind: [] for kind in kinds}
    for _ in range(args.repetitions):
        rates["file"].append(size / 1e9 / replayed(args, corpus))
        for durability, encoding in kinds:
            # One connection keeps the order, as the file does; the disk is waited for on several.
            connections = 1 if durability == "memory" else 4
            cpu, done = posted(args, bodies[encoding], lines, encoding, durability, connections)
            rates[durability, encoding].append(size / 1e9 / cpu)
            say(f"{encoding}, {durability}: {cpu:.2f} s of the program, {done['own_cpu_s']:.2f} s "
                f"of the load, {done['seconds']:.2f} s")
    print_figure("file.gb_per_cpu_s", rates["file"])
    for durability, encoding in kinds:
        name = "http_ndjson" if encoding == "identity" else f"http_ndjson_{encoding}"
        print_figure(f"{name}_{durability}.gb_per_cpu_s", rates[durability, encoding])
    for durability in ("memory", "disk"):
        print_figure(f"http_ndjson_{durability}.of_file",
                     [a / b for a, b in zip(rates[durability, "identity"], rates["file"])])


def small_body(cache):
    line = {"time": "2026-01-02T03:04:05.678Z", "level": "info", "service": "checkout",
            "message": "order 1234 taken in 17 ms", "status": 200, "duration_ms": 17}
    text = b""
    while len(text) < 1024 - 160:
        text += json.dumps(line).encode() + b"\n"
    path = cache / "post-1k"
    line["pad"] = "x" * (1024 - len(text) - len(json.dumps(line)) - 12)
    path.write_bytes(text + json.dumps(line).encode() + b"\n")
    return path, path.read_bytes().count(b"\n")


NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 2048; }}
http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
  scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; location / {{ return 204; }} }} }}
"""


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bench_nginx(args, body):
    with tempfile.TemporaryDirectory(prefix="inkling-nginx-") as folder:
        os.chmod(folder, 0o755)
        port = free_port()
        config = Path(folder) / "nginx.conf"
        config.write_text(NGINX.format(folder=folder, port=port))
        process = subprocess.Popen(["nginx", "-c", str(config)], stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/").close()
                    break
                except OSError:
                    time.sleep(0.02)
            return load(args.load, port, "--connections", 256, "--seconds", args.seconds,
                        "--body", body)
        finally:
            process.terminate()
            process.wait()


def bench_posts(args):
    body, lines = small_body(args.cache)
    say(f"1 KB posts: {body.stat().st_size} bytes, {lines} lines")
    results = {"memory": [], "disk": [], "nginx": []}
    for _ in range(args.repetitions):
        for durability in ("memory", "disk"):
            server = Server(args.program, durability)
            before = cpu_of(server.pid)
            done = load(args.load, server.port, "--connections", 256, "--seconds", args.seconds,
                        "--body", body)
            if list(done["statuses"]) != ["200"]:
                stop(f"wrong answers: {done['statuses']}")
            metrics = server.wait_for_lines(done["requests"] * lines)
            if metrics["inkling_ledger_lines_total"] != done["requests"] * lines:
                stop("wrong result: more lines than were sent")
            done["cpu_us"] = (cpu_of(server.pid) - before) / done["requests"] * 1e6
            server.stop()
            results[durability].append(done)
        if args.nginx:
            results["nginx"].append(bench_nginx(args, body))
    for name, runs in results.items():
        if not runs:
            continue
        print_figure(f"posts_1k_{name}.per_s", [r["requests"] / r["seconds"] for r in runs], 0)
        print_figure(f"posts_1k_{name}.p99_ms", [r["p99_ms"] for r in runs], 2)
        load_share = statistics.median(r["own_cpu_s"] / r["seconds"] for r in runs)
        say(f"{name}: the load generator used {load_share:.2f} of a core")
        if name != "nginx":
            print_figure(f"posts_1k_{name}.cpu_us", [r["cpu_us"] for r in runs], 1)


def bench_idle(args):
    server = Server(args.program, "memory", "server: {idle_timeout: 10m, head_timeout: 10m}\n")
    before = rss_of(server.pid)
    process = subprocess.Popen([str(args.load), "--port", str(server.port), "--idle",
                                str(args.idle)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True)
    if process.stdout.readline().strip() != "open":
        stop("the idle connections could not be opened")
    # Beyond the limit of connections is the one that asks for the metrics.
    deadline = time.monotonic() + 30
    fds = Path(f"/proc/{server.pid}/fd")
    while len(list(fds.iterdir())) < args.idle and time.monotonic() < deadline:
        time.sleep(0.05)
    if len(list(fds.iterdir())) < args.idle:
        stop(f"only {len(list(fds.iterdir()))} descriptors for {args.idle} connections")
    print_figure("idle_connections.rss_mb", [rss_of(server.pid)], 1)
    say(f"{args.idle} idle connections; {before:.1f} MB before them")
    process.communicate("")
    server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--load", type=Path, required=True, help="bench/ingest/http_load")
    parser.add_argument("--cache", type=Path, required=True, help="folder for the corpus")
    parser.add_argument("--size", default="256MiB")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--idle", type=int, default=10_000)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--nginx", action="store_true", help="beside nginx returning 204")
    parser.add_argument("--only", choices=["bodies", "posts", "idle"])
    args = parser.parse_args()
    args.cache.mkdir(parents=True, exist_ok=True)
    for name, bench in (("bodies", bench_bodies), ("posts", bench_posts), ("idle", bench_idle)):
        if args.only in (None, name):
            bench(args)


if __name__ == "__main__":
    main()
