"""The short form of soak.py."""

import tempfile
import unittest

import soak


class SoakTest(unittest.TestCase):
    def soak(self, seconds, tls):
        with tempfile.TemporaryDirectory(prefix="inkling-soak-") as folder:
            run = soak.Soak(folder, tls)
            self.addCleanup(run.live.destroy)
            result = run.run(seconds)
        self.assertLess(result["growth_mb"], 8, result)
        self.assertGreater(result["acknowledged"], 0, result)

    def test_ends_a_mix_of_clients_with_balanced_books_and_steady_memory(self):
        self.soak(6, tls=False)

    def test_does_so_in_tls(self):
        self.soak(5, tls=True)
