"""Choosing a merger on half of the systems."""

import unittest

import score_case  # noqa: F401
import mergers


class MergersTest(unittest.TestCase):
    def test_what_is_best_everywhere_is_chosen_everywhere(self):
        scores = {"good": {s: (0.9, 0.8) for s in "abcd"}, "bad": {s: (0.5, 0.4) for s in "abcd"}}
        (ga, fga), chosen = mergers.leave_half_out(scores)
        self.assertAlmostEqual(ga, 0.9)
        self.assertAlmostEqual(fga, 0.8)
        self.assertEqual(chosen, {"good": 6, "bad": 0})

    def test_figures_are_those_of_the_other_half(self):
        # Each merger is good on one half only: whoever is chosen there fails on the rest.
        scores = {"x": {"a": (1, 1), "b": (0, 0)}, "y": {"a": (0, 0), "b": (1, 1)}}
        (ga, fga), chosen = mergers.leave_half_out(scores)
        self.assertEqual((ga, fga), (0, 0))
        self.assertEqual(chosen, {"x": 1, "y": 1})

    def test_streams_are_the_same_for_the_same_seed_and_have_their_truth(self):
        lines, truth = mergers.make_stream(1)
        self.assertEqual(len(lines), mergers.STREAM_LINES)
        self.assertEqual(len(lines), len(truth))
        self.assertEqual((lines[:50], truth[:50]), tuple(part[:50] for part in mergers.make_stream(1)))
        self.assertNotEqual(lines[:50], mergers.make_stream(2)[0][:50])


if __name__ == "__main__":
    unittest.main()
