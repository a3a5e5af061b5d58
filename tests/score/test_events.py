"""Event F1, average precision and the counting of alerts on hand-made cases."""

import unittest

import score_case  # noqa: F401
import events
import verdicts

SCHEME = events.Scheme(gap=2, before=1, after=2, skip=lambda rows: 5)


def labelled(rows, labels):
    return [row in labels for row in range(rows)]


def curve_of(scores, labels, scheme=SCHEME):
    corpus = [events.Series(scores, labelled(len(scores), labels))]
    return events.curve(*events.points(corpus, scheme))


def alerts(rows, scores):
    return [scores.get(row, 0.0) for row in range(rows)]


class SegmentsTest(unittest.TestCase):
    def test_joins_labels_over_small_gaps_only(self):
        self.assertEqual(events.segments(labelled(20, {3, 4, 7, 11, 12}), 2), [(3, 7), (11, 12)])

    def test_none_without_labels(self):
        self.assertEqual(events.segments([False] * 5, 2), [])


class EventF1Test(unittest.TestCase):
    def test_one_alert_per_segment_and_no_other_is_1(self):
        self.assertEqual(events.best_f1(curve_of(alerts(40, {10: 1.0, 30: 1.0}), {10, 11, 30})), 1.0)

    def test_several_alerts_in_a_segment_count_once(self):
        self.assertEqual(events.best_f1(curve_of(alerts(40, {10: 1, 11: 1, 12: 1}), {10, 11})), 1.0)

    def test_margins_belong_to_the_segment(self):
        for row, found in ((8, 0.0), (9, 1.0), (13, 1.0), (14, 0.0)):
            steps = curve_of(alerts(40, {row: 1.0}), {10, 11})
            self.assertEqual(events.f1_at(steps, 0.5), found, row)

    def test_every_false_alert_counts(self):
        # One of two segments found, three false alerts: P = 1/4, R = 1/2.
        steps = curve_of(alerts(40, {10: 1, 20: 1, 21: 1, 22: 1}), {10, 30})
        self.assertAlmostEqual(events.f1_at(steps, 0.5), 2 * 0.25 * 0.5 / 0.75)

    def test_streamed_rows_are_not_scored(self):
        steps = curve_of(alerts(40, {1: 1.0, 10: 1.0}), {2, 10})
        self.assertEqual(events.best_f1(steps), 1.0)

    def test_score_zero_is_never_an_alert(self):
        self.assertEqual(curve_of([0.0] * 40, {10}), [])
        self.assertEqual(events.best_f1([]), 0.0)

    def test_default_threshold_is_not_chosen_on_the_set(self):
        steps = curve_of(alerts(40, {10: 0.4}), {10})
        self.assertEqual((events.best_f1(steps), events.f1_at(steps, 0.5)), (1.0, 0.0))

    def test_silence_costs_recall(self):
        steps = curve_of(alerts(40, {10: 1.0}), {10, 20, 30})
        self.assertAlmostEqual(events.best_f1(steps), 2 * 1 * (1 / 3) / (4 / 3))


class AveragePrecisionTest(unittest.TestCase):
    def test_perfect_order_is_1(self):
        self.assertEqual(events.average_precision(curve_of(alerts(40, {10: .9, 30: .8, 20: .1}),
                                                           {10, 30})), 1.0)

    def test_false_alert_before_the_second_hit_costs_its_step(self):
        steps = curve_of(alerts(40, {10: 0.9, 20: 0.8, 30: 0.7}), {10, 30})
        self.assertAlmostEqual(events.average_precision(steps), 0.5 * 1 + 0.5 * 2 / 3)

    def test_rows_of_equal_score_are_one_step(self):
        steps = curve_of(alerts(40, {10: 0.9, 20: 0.9}), {10})
        self.assertAlmostEqual(events.average_precision(steps), 0.5)


class VerdictsTest(unittest.TestCase):
    def test_label_column_is_cut_off_before_the_program_sees_the_file(self):
        self.assertEqual(verdicts.without_labels(['"TimeStamp","Value","Label"', '"t",1,0']),
                         ['"TimeStamp","Value"', '"t",1'])

    def test_file_without_labels_stays_as_it_is(self):
        self.assertEqual(verdicts.without_labels(["timestamp,value", "t,1"]),
                         ["timestamp,value", "t,1"])

    def test_consecutive_anomalous_rows_are_one_alert(self):
        self.assertEqual(verdicts.runs([True, True, False, True, False]), 2)

    def test_alerts_are_divided_by_the_days_of_all_series(self):
        judged = [verdicts.Judged("a", [], [], 2.0, 3), verdicts.Judged("b", [], [], 4.0, 0)]
        self.assertEqual(verdicts.alerts_per_series_day(judged), 0.5)


if __name__ == "__main__":
    unittest.main()
