#!/usr/bin/env python3
"""End-to-end speed: a generated log file through the whole program, everything on.

Per repetition, one after the other: the program on one core, on two cores, on one core from the
same lines as gzip and as zstd, and the bare simdjson pass on one core; so noise meets all of them. Figures are medians over the repetitions, with the
spread on stderr. Results are checked before anything is timed. MB = 10^6 bytes; CPU = user + system.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

HERE = Path(__file__).resolve().parent
Run = namedtuple("Run", "wall cpu rss_mb")


def say(text):
    print(text, file=sys.stderr, flush=True)


def stop(text):
    say(f"bench e2e: {text}")
    sys.exit(1)


def corpus_of(program, size, cache):
    """(path, lines, bytes) of the corpus; it is generated once per size."""
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / f"corpus-{size}.ndjson"
    known = cache / f"corpus-{size}.json"
    if not (path.is_file() and known.is_file()):
        say(f"generating {size}: {path}")
        done = subprocess.run([program, "gen", "--corpus", size, "--out", str(path)],
                              capture_output=True, text=True, check=True)
        lines = int(re.search(r"(\d+) lines", done.stdout + done.stderr).group(1))
        known.write_text(json.dumps({"lines": lines}))
    return path, json.loads(known.read_text())["lines"], path.stat().st_size


def compressed(path, tool, suffix):
    """The corpus compressed by a command line tool; it is made once per size."""
    packed = path.with_name(path.name + suffix)
    if not packed.is_file() or packed.stat().st_mtime < path.stat().st_mtime:
        say(f"compressing: {packed}")
        part = packed.with_name(packed.name + ".part")
        with path.open("rb") as source, part.open("wb") as target:
            subprocess.run(tool, stdin=source, stdout=target, check=True)
        part.rename(packed)
    return packed


def pinned(cores, command):
    return ["taskset", "-c", ",".join(map(str, cores)), *map(str, command)]


def timed(command):
    """Wall and CPU seconds and peak memory of a command; it must succeed."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        stop(f"exit {process.returncode}: {' '.join(command)}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def check_replay(command, lines, wants_incident):
    """Every line is accounted for, and the incident in the corpus is found."""
    done = subprocess.run([*map(str, command), "--emit", "incidents"], capture_output=True,
                          text=True, check=False)
    summary = done.stderr
    found = re.search(r"(\d+) lines in .* (\d+) log records.* (\d+) screened.* (\d+) broken.*"
                      r"books balance", summary)
    if done.returncode != 0 or not found:
        stop(f"wrong result: exit {done.returncode}, {summary[-300:]}")
    seen, records, screened, broken = map(int, found.groups())
    if seen != lines or records + screened != lines or broken:
        stop(f"wrong result: {lines} lines generated, {summary.splitlines()[-1]}")
    incidents = [json.loads(line) for line in done.stdout.splitlines()]
    if wants_incident and not incidents:
        stop("wrong result: the incident in the corpus was not found")
    return done.stdout, len(incidents)


def check_limit(limit, path, lines):
    done = subprocess.run([str(limit), str(path)], capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stdout.split() != [str(lines), str(lines)]:
        stop(f"wrong result of the bare pass: {done.stdout} instead of {lines} records")


def print_figure(name, values, digits=2):
    print(f"e2e.{name} {statistics.median(values):.{digits}f}", flush=True)
    say(f"e2e.{name}: median {statistics.median(values):.{digits}f} "
        f"({min(values):.{digits}f}..{max(values):.{digits}f}, {len(values)} repetitions)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--limit", type=Path, required=True, help="the bare simdjson pass")
    parser.add_argument("--cache", type=Path, required=True, help="folder for the corpus")
    parser.add_argument("--size", default="1GiB")
    parser.add_argument("--repetitions", type=int, default=5)
    args = parser.parse_args()

    path, lines, size = corpus_of(args.program, args.size, args.cache)
    def replay(file, threads):
        return [args.program, "replay", file, "--config", HERE / "e2e.yaml",
                "--threads", str(threads)]

    one, two = replay(path, 1), replay(path, 2)
    gzip = replay(compressed(path, ["gzip", "-6", "-n", "-c"], ".gz"), 1)
    zstd = replay(compressed(path, ["zstd", "-3", "-q", "-c"], ".zst"), 1)
    # A small corpus is over before the detectors have learned what is normal.
    outputs = [check_replay(command, lines, size >= 1 << 30) for command in (one, two)]
    if outputs[0] != outputs[1]:
        stop("wrong result: one and two threads differ")
    for command in (gzip, zstd):
        check_replay(command, lines, size >= 1 << 30)
    check_limit(args.limit, path, lines)
    say(f"checked: {lines} lines, {size} bytes, books balance, {outputs[0][1]} incidents, "
        "the same on one and two threads")

    cores = sorted(os.sched_getaffinity(0))[:2]
    runs = {"one": [], "two": [], "gzip": [], "zstd": [], "limit": []}
    for _ in range(args.repetitions):
        runs["one"].append(timed(pinned(cores[:1], [*one, "--quiet"])))
        if len(cores) == 2:
            runs["two"].append(timed(pinned(cores, [*two, "--quiet"])))
        runs["gzip"].append(timed(pinned(cores[:1], [*gzip, "--quiet"])))
        runs["zstd"].append(timed(pinned(cores[:1], [*zstd, "--quiet"])))
        runs["limit"].append(timed(pinned(cores[:1], [args.limit, path])))

    mega, giga = size / 1e6, size / 1e9
    print_figure("mb_per_s_1", [mega / run.wall for run in runs["one"]], 1)
    print_figure("records_per_s_1", [lines / run.wall for run in runs["one"]], 0)
    print_figure("cpu_s_per_gb", [run.cpu / giga for run in runs["one"]], 3)
    if runs["two"]:
        print_figure("mb_per_s_2", [mega / run.wall for run in runs["two"]], 1)
        print_figure("speedup_2", [a.wall / b.wall for a, b in zip(runs["one"], runs["two"])])
        print_figure("cpu_s_per_gb_2", [run.cpu / giga for run in runs["two"]], 3)
    print_figure("gzip_gb_per_s", [giga / run.wall for run in runs["gzip"]], 3)
    print_figure("zstd_gb_per_s", [giga / run.wall for run in runs["zstd"]], 3)
    print_figure("rss_mb", [run.rss_mb for run in runs["one"] + runs["two"]], 1)
    print_figure("limit_mb_per_s", [mega / run.wall for run in runs["limit"]], 1)
    # In CPU seconds: a neighbour on the machine slows the two of a pair differently.
    print_figure("limit_ratio", [b.cpu / a.cpu for a, b in zip(runs["one"], runs["limit"])], 3)


if __name__ == "__main__":
    main()
