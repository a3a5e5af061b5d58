"""The agreement of alarms over samplings, on hand-made alarms."""

import unittest

import score_case  # noqa: F401
import sampling

DAY_S = 86400
FAULT = sampling.Fault(15 * DAY_S, 15 * DAY_S + 4 * 3600, 2.0)


def figures(by_period):
    return dict(sampling.figures([({**{p: [] for p in sampling.PERIODS}, **by_period}, [FAULT])]))


class AgreementTest(unittest.TestCase):
    def test_one_alarm_in_each_sampling_within_a_coarse_period_agrees(self):
        found = figures({10: [FAULT.begin + 60], 60: [FAULT.begin + 60], 300: [FAULT.begin + 600],
                         3600: [FAULT.begin + 3600]})
        self.assertEqual(found["sampling.agree"], 1.0)
        self.assertEqual(found["sampling.found_3600s"], 1.0)
        self.assertEqual(found["sampling.false_10s"], 0.0)

    def test_an_alarm_of_three_samplings_does_not(self):
        found = figures({10: [FAULT.begin], 60: [FAULT.begin], 300: [FAULT.begin]})
        self.assertEqual(found["sampling.agree"], 0.0)
        self.assertEqual(found["sampling.found_3600s"], 0.0)

    def test_alarms_outside_the_fault_are_false(self):
        found = figures({60: [3600, FAULT.begin]})
        self.assertAlmostEqual(found["sampling.false_60s"], 1 / sampling.DAYS)

    def test_nothing_agrees_where_nothing_is_said(self):
        self.assertEqual(figures({})["sampling.agree"], 0.0)


class SeriesTest(unittest.TestCase):
    def test_is_the_same_every_time_and_faults_last(self):
        values, faults = sampling.make_series(5)
        again, _ = sampling.make_series(5)
        self.assertEqual(values, again)
        self.assertEqual(len(values), sampling.DAYS * sampling.DAY)
        for fault in faults:
            self.assertGreaterEqual(fault.end - fault.begin, 3 * sampling.COARSE - sampling.STEP)


if __name__ == "__main__":
    unittest.main()
