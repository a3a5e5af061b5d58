"""Calls the program for the scorers: one process per case, in a folder of its own.

The program sees only what a scorer wrote (or copied) into that folder; labels stay outside.
"""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 600
PROCESSES = 2  # at a time; each runs on one thread


class ScoreError(Exception):
    """The program failed, or broke the contract of its output. The message says where."""


class MissingData(Exception):
    """The labelled data is not there."""


def binary():
    """The program: $INKLING_BINARY, else $INKLING, else the release build."""
    for name in ("INKLING_BINARY", "INKLING"):
        if os.environ.get(name):
            return os.environ[name]
    return str(ROOT / "build" / "release" / "app" / "inkling")


def run_replay(paths, emit, *options, cwd=None):
    """Lines of `inkling replay PATHS --emit KIND`, as bytes, in the order printed."""
    command = [binary(), "replay", *map(str, paths), "--emit", emit, "--quiet", "--threads", "1"]
    command += options
    try:
        done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=TIMEOUT_S, check=False)
    except FileNotFoundError as error:
        raise ScoreError(f"no program at {command[0]}: build it, or set INKLING_BINARY") from error
    except subprocess.TimeoutExpired as error:
        raise ScoreError(f"took over {TIMEOUT_S} s: {' '.join(command)}") from error
    if done.returncode != 0:
        talk = done.stderr.decode(errors="replace").strip()[-500:]
        raise ScoreError(f"exit {done.returncode} of {' '.join(command)}: {talk}")
    return [line for line in done.stdout.splitlines() if line]


def replay(paths, emit, *options, cwd=None):
    """The same as dictionaries."""
    return [json.loads(line) for line in run_replay(paths, emit, *options, cwd=cwd)]


def anomalous_times(path, cwd=None):
    """Times of the rows of a file that are anomalous, in order; the others are not parsed."""
    lines = run_replay([path], "verdicts", cwd=cwd)
    return [json.loads(line)["time"] for line in lines if b'"anomalous":true' in line]


def rows_by_line(rows, first_line, count, what):
    """The rows in the order of their input lines; each line from first_line on exactly once."""
    slots = [None] * count
    for row in rows:
        index = row["line"] - first_line
        if not 0 <= index < count:
            raise ScoreError(f"{what}: a row for line {row['line']}, which holds no record")
        if slots[index] is not None:
            raise ScoreError(f"{what}: two rows for line {row['line']}")
        slots[index] = row
    missing = [index + first_line for index, row in enumerate(slots) if row is None]
    if missing:
        raise ScoreError(f"{what}: no row for {len(missing)} of {count} lines, first {missing[0]}")
    return slots


class Workspace:
    """A temporary folder for one case."""

    def __enter__(self):
        self._holder = tempfile.TemporaryDirectory(prefix="inkling-score-")
        return Path(self._holder.name)

    def __exit__(self, *_):
        self._holder.cleanup()


def for_all(function, cases):
    """function of each case, in order; a few at a time (the work is in the processes)."""
    with ThreadPoolExecutor(max_workers=PROCESSES) as pool:
        return list(pool.map(function, cases))


def find_folder(directory, name, is_it):
    """directory/name, or the directory itself if it has the layout; None if neither."""
    for folder in (Path(directory) / name, Path(directory)):
        if folder.is_dir() and is_it(folder):
            return folder
    return None


def say(text):
    print(text, file=sys.stderr, flush=True)
