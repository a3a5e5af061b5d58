"""Judging the incidents of a made-up case."""

import unittest

import score_case  # noqa: F401
import scenarios

TRUTH = {"incident": "expected", "service": "cart", "blast_radius": ["front"],
         "onset": "2026-03-03T12:00:00Z", "culprit_commit": "abc", "culprit_version": "2"}


def incident(service="cart", minute=1, changes=()):
    time = f"2026-03-03T12:{minute:02}:00Z"
    return {"onset": time, "opened": time, "services": [{"service": service}],
            "changes": [{"id": name, "p": 0.9, "verdict": "caused"} for name in changes]}


class ScenariosTest(unittest.TestCase):
    def test_at_least_forty_cases_each_another(self):
        cases = scenarios.all_cases()
        self.assertGreaterEqual(len(cases), 40)
        self.assertEqual(len(cases), len(set(cases)))

    def test_the_fault_is_found_and_its_change_named(self):
        outcome = scenarios.judge([incident(changes=["abc"])], TRUTH, 30.0)
        self.assertEqual((outcome.found, outcome.right, outcome.total), (True, 1, 1))
        self.assertEqual((outcome.caused, outcome.caused_right, outcome.delay), (1, 1, 2.0))

    def test_another_service_is_a_false_incident(self):
        outcome = scenarios.judge([incident("mail")], TRUTH, 30.0)
        self.assertEqual((outcome.found, outcome.right, outcome.total), (False, 0, 1))

    def test_a_second_incident_of_one_fault_is_false(self):
        outcome = scenarios.judge([incident(), incident("front", 2)], TRUTH, 30.0)
        self.assertEqual((outcome.right, outcome.total), (1, 2))

    def test_an_innocent_change_called_caused_is_wrong(self):
        outcome = scenarios.judge([incident(changes=["other"])], TRUTH, 30.0)
        self.assertEqual((outcome.caused, outcome.caused_right), (1, 0))


if __name__ == "__main__":
    unittest.main()
