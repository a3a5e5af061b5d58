"""Runs the built program for tests. Only the standard library."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

BINARY = None


class Outcome:
    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    def rows(self):
        """stdout as NDJSON; a line that is no JSON object is an error."""
        rows = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(row, dict) for row in rows)
        return rows


def run(*arguments, directory=None, stdin=b"", environment=None):
    done = subprocess.run(
        [BINARY, *arguments],
        cwd=directory,
        input=stdin,
        capture_output=True,
        timeout=60,
        env={**os.environ, **(environment or {})},
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


class ProgramTest(unittest.TestCase):
    """A test with a directory of its own."""

    maxDiff = None

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="inkling-")
        self.addCleanup(holder.cleanup)
        self.directory = holder.name

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path

    def inkling(self, *arguments, **options):
        return run(*arguments, directory=self.directory, **options)


def read_tree(directory):
    """The bytes of all files below a directory, by path relative to it."""
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, directory)] = file.read()
    return found


def main():
    """<test file> PATH_OF_PROGRAM [unittest arguments]"""
    global BINARY
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} PROGRAM")
    # The test file is __main__; it uses this module under its own name.
    sys.modules["program"].BINARY = os.path.abspath(sys.argv.pop(1))
    unittest.main(module="__main__")
