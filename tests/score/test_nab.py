"""The NAB scorer on hand-made cases."""

import math
import unittest

import score_case  # noqa: F401
import nab

STANDARD, LOW_FP, LOW_FN = nab.PROFILES


def series(rows, windows, detections, name="a"):
    """A series with score 1 at the detections and 0 elsewhere."""
    scores = [0.0] * rows
    for row in detections:
        scores[row] = 1.0
    return nab.Series(name, scores, windows)


def score_of(corpus, profile=STANDARD, threshold=1.0):
    windows = nab.window_count(corpus)
    steps = nab.sweep(nab.scored_points(corpus), windows, profile)
    return nab.normalised(nab.raw_at(steps, threshold), windows, profile)


class SigmoidTest(unittest.TestCase):
    def test_falls_from_the_left_end_of_the_window_over_zero_at_its_right_end(self):
        self.assertAlmostEqual(nab.scaled_sigmoid(-1.0), 2 / (1 + math.exp(-5)) - 1)
        self.assertEqual(nab.scaled_sigmoid(0.0), 0.0)
        self.assertAlmostEqual(nab.scaled_sigmoid(1.0), -nab.scaled_sigmoid(-1.0))
        self.assertEqual(nab.scaled_sigmoid(3.1), -1.0)


class NabTest(unittest.TestCase):
    def test_perfect_detector_has_100_in_every_profile(self):
        corpus = [series(1000, [(400, 499), (700, 799)], [400, 700])]
        for profile in nab.PROFILES:
            self.assertAlmostEqual(score_of(corpus, profile), 100.0)

    def test_null_detector_has_0_in_every_profile(self):
        corpus = [series(1000, [(400, 499), (700, 799)], [])]
        for profile in nab.PROFILES:
            self.assertEqual(score_of(corpus, profile), 0.0)

    def test_detection_at_the_end_of_a_window_is_worth_its_not_being_missed(self):
        # Weight 0 instead of -fn: half of the way from null to perfect, two thirds with fn = 2.
        corpus = [series(1000, [(400, 499)], [499])]
        self.assertAlmostEqual(score_of(corpus), 50.0)
        self.assertAlmostEqual(score_of(corpus, LOW_FN), 100.0 * 2 / 3)

    def test_first_detection_of_a_window_counts_alone(self):
        one = [series(1000, [(400, 499)], [450])]
        many = [series(1000, [(400, 499)], [450, 451, 480, 499])]
        self.assertAlmostEqual(score_of(one), score_of(many))
        y = (450 - 499) / 99
        expected = 100 * (1 + nab.scaled_sigmoid(y) / nab.scaled_sigmoid(-1)) / 2
        self.assertAlmostEqual(score_of(one), expected)

    def test_false_positive_before_any_window_weighs_in_full(self):
        corpus = [series(1000, [(400, 499)], [300, 400])]
        self.assertAlmostEqual(score_of(corpus), 100 * (2 - 0.11) / 2)
        self.assertAlmostEqual(score_of(corpus, LOW_FP), 100 * (2 - 0.22) / 2)

    def test_consecutive_false_positives_all_count(self):
        corpus = [series(1000, [(400, 499)], [300, 301, 302, 400])]
        self.assertAlmostEqual(score_of(corpus), 100 * (2 - 3 * 0.11) / 2)

    def test_false_positive_just_behind_a_window_weighs_little(self):
        corpus = [series(1000, [(400, 499)], [400, 500])]
        weight = nab.scaled_sigmoid(1 / 99)
        self.assertAlmostEqual(score_of(corpus), 100 * (2 + 0.11 * weight) / 2)
        self.assertGreater(score_of(corpus), 99.8)

    def test_probation_is_not_scored(self):
        corpus = [series(1000, [(400, 499)], [0, 10, 149, 400])]
        self.assertAlmostEqual(score_of(corpus), 100.0)

    def test_probation_ends_at_15_percent_and_at_750_rows(self):
        self.assertEqual(nab.probation_rows(1000), 150)
        self.assertEqual(nab.probation_rows(5000), 750)
        self.assertEqual(nab.probation_rows(22695), 750)

    def test_threshold_is_one_for_the_corpus(self):
        # Each file alone would be perfect, but at different thresholds.
        high = nab.Series("a", [0.0] * 300 + [0.9] * 60 + [0.0] * 40 + [1.0] + [0.0] * 599,
                          [(400, 499)])
        low = nab.Series("b", [0.0] * 400 + [0.5] + [0.0] * 599, [(400, 499)])
        best, _, _ = nab.score_profile([high, low], STANDARD)
        self.assertAlmostEqual(best, 50.0)

    def test_best_threshold_is_the_highest_of_equals(self):
        corpus = [nab.Series("a", [0.0] * 400 + [0.7] + [0.6] + [0.0] * 598, [(400, 499)])]
        steps = nab.sweep(nab.scored_points(corpus), 1, STANDARD)
        self.assertEqual(nab.best_threshold(steps), 0.7)

    def test_default_threshold_is_half(self):
        corpus = [nab.Series("a", [0.0] * 400 + [0.49] + [0.0] * 599, [(400, 499)])]
        best, default, _ = nab.score_profile(corpus, STANDARD)
        self.assertAlmostEqual(best, 100.0)
        self.assertAlmostEqual(default, 0.0)

    def test_cross_validation_takes_the_threshold_of_the_other_half(self):
        # a needs a threshold of 0.8; with that, b's only detection (0.6) is missed.
        first = nab.Series("a", [0.0] * 300 + [0.7] * 60 + [0.0] * 40 + [0.8] + [0.0] * 599,
                           [(400, 499)])
        second = nab.Series("b", [0.0] * 400 + [0.6] + [0.0] * 599, [(400, 499)])
        _, _, crossed = nab.score_profile([first, second], STANDARD)
        # a at 0.6: window found, 60 false positives in full; b at 0.8: nothing.
        raw = (1 - 60 * 0.11) - 1
        self.assertAlmostEqual(crossed, 100 * (raw + 2) / 4)

    def test_series_without_windows_can_only_lose(self):
        corpus = [series(1000, [(400, 499)], [400]), series(1000, [], [500], name="b")]
        self.assertAlmostEqual(score_of(corpus), 100 * (2 - 0.11) / 2)

    def test_window_rows_are_counted_in_file_order_where_times_jump_back(self):
        times = ["t1", "t2", "t3", "t2", "t3", "t4"]
        self.assertEqual(nab.window_rows(times, ["t2.000000", "t4.000000"]), (1, 5))

    def test_window_between_rows_holds_the_rows_inside(self):
        times = ["t1", "t3", "t5", "t7"]
        self.assertEqual(nab.window_rows(times, ["t2", "t6"]), (1, 2))
        self.assertIsNone(nab.window_rows(times, ["t8", "t9"]))


if __name__ == "__main__":
    unittest.main()
