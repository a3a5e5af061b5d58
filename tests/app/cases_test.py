"""End-to-end cases as data: tests/cases/<name>/.

  case.json      what is run and looked at (tests/cases/README.md)
  input/         files, copied to a fresh directory in which the program runs
  expected.out   stdout, byte for byte, after selection

`--update` as the last argument writes expected.out anew: look at the difference before keeping it.
"""

import json
import os
import shutil
import sys
import unittest

import program
from program import ProgramTest, read_tree

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cases")
UPDATE = False
EMIT_KINDS = ["templates", "verdicts", "anomalies", "incidents", "suspects", "impacts", "report"]


def select(text, case):
    """The rows and members of NDJSON that the case is about."""
    if "select" not in case:
        return text
    lines = []
    for row in map(json.loads, text.splitlines()):
        if any(row.get(name) != value for name, value in case.get("where", {}).items()):
            continue
        lines.append(json.dumps({name: row[name] for name in case["select"]}) + "\n")
    return "".join(lines)


class Case(ProgramTest):
    name = ""

    def runTest(self):
        folder = os.path.join(CASES, self.name)
        with open(os.path.join(folder, "case.json"), encoding="utf-8") as file:
            case = json.load(file)
        shutil.copytree(os.path.join(folder, "input"), self.directory, dirs_exist_ok=True)
        for name, source in case.get("copy", {}).items():
            shutil.copy(os.path.join(CASES, "..", "..", source), self.path(name))
        done = self.inkling(*case["args"])
        self.assertEqual(done.code, case.get("code", 0), done.err)
        for text in case.get("stderr_has", []):
            self.assertIn(text, done.err)
        got = select(done.out, case)
        for name in case.get("files", []):
            with open(self.path(name), encoding="utf-8") as file:
                got += f"== {name}\n" + file.read()
        expected_path = os.path.join(folder, "expected.out")
        if UPDATE:
            with open(expected_path, "w", encoding="utf-8") as file:
                file.write(got)
        with open(expected_path, encoding="utf-8") as file:
            self.assertMultiLineEqual(got, file.read())
        if "secrets" in case:
            self.check_secrets(case)

    def check_secrets(self, case):
        """No secret of the input is in anything that a replay can be asked for."""
        raw = b"".join(read_tree(self.directory).values())
        for secret in case["secrets"]:
            self.assertIn(secret.encode(), raw, "the secret is not in the input: a case of nothing")
        outputs = {}
        paths = sorted(os.listdir(self.directory))
        for kind in EMIT_KINDS:
            done = self.inkling("replay", *paths, "--emit", kind)
            outputs["--emit " + kind] = (done.out + done.err).encode()
        os.mkdir(self.path("out"))
        done = self.inkling("replay", *paths, "--report-dir", "out/reports", "--store", "out/i.db",
                            "--dead-letters", "out/dead.ndjson", "--ledger", "out/ledger.json")  # fmt: skip
        self.assertEqual(done.code, 0, done.err)
        outputs["replay"] = (done.out + done.err).encode()
        outputs.update(read_tree(self.path("out")))
        self.assertTrue(any(name.endswith(".html") for name in outputs), "no report was written")
        for name, data in outputs.items():
            for secret in case["secrets"]:
                self.assertNotIn(secret.encode(), data, f"{secret} is in {name}")


def all_cases():
    suite = unittest.TestSuite()
    for name in sorted(os.listdir(CASES)):
        if os.path.isfile(os.path.join(CASES, name, "case.json")):
            suite.addTest(type(name, (Case,), {"name": name})())
    return suite


if __name__ == "__main__":
    if sys.argv[-1] == "--update":
        UPDATE = True
        sys.argv.pop()
    program.BINARY = os.path.abspath(sys.argv[1])
    result = unittest.TextTestRunner(verbosity=2).run(all_cases())
    sys.exit(0 if result.wasSuccessful() and result.testsRun >= 6 else 1)
