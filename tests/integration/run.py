"""Runs the tests of the live program: run.py [--short] [NAME...]; a name is a part of a test's name."""

import glob
import importlib
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "clients")]


def all_tests(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from all_tests(test)
        else:
            yield test


def main():
    short = "--short" in sys.argv
    names = [argument for argument in sys.argv[1:] if argument != "--short"]
    modules = ["live_test", "soak_test", "kill_test"]
    modules += sorted(
        os.path.basename(path)[: -len(".py")] for path in glob.glob(os.path.join(HERE, "clients", "test_*.py"))
    )
    suite = unittest.TestSuite()
    for name in modules:
        suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(name)))
    importlib.import_module("live_test").SHORT = short
    importlib.import_module("client_case").SHORT = short
    chosen = unittest.TestSuite(
        test for test in all_tests(suite) if not names or any(name in test.id() for name in names)
    )
    seconds = importlib.import_module("live_test").Seconds
    result = unittest.TextTestRunner(verbosity=2, resultclass=seconds).run(chosen)
    failed = len(result.failures) + len(result.errors)
    skipped = len(result.skipped)
    for test, reason in result.skipped:
        print(f"SKIPPED {test.id()}: {reason}")
    print(f"{result.testsRun - failed - skipped} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed or result.testsRun == 0 else 0)


if __name__ == "__main__":
    main()
