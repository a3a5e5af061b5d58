"""Judging the suspects of a case."""

import unittest

import score_case  # noqa: F401
import rcb


def change(rank, name, p, verdict="coincident"):
    return {"kind": "change", "rank": rank, "id": name, "p": p, "verdict": verdict}


def node(rank, name):
    return {"kind": "node", "rank": rank, "id": name, "p": 0.5, "verdict": "likely"}


def truth(culprit, service="cart", decoys=()):
    return {"root_cause_commit": culprit, "first_failing_service": service,
            "decoy_deploy_commits": list(decoys)}


class RcbTest(unittest.TestCase):
    def test_culprit_first_is_exact(self):
        rows = [change(2, "none", 0.2), change(1, "abc", 0.7, "caused"), node(1, "cart")]
        self.assertEqual(rcb.judge(rows, truth("abc")), rcb.Outcome(True, True, True, 0))

    def test_none_above_the_culprit_is_not_exact(self):
        rows = [change(1, "none", 0.6), change(2, "abc", 0.3), node(1, "front")]
        self.assertEqual(rcb.judge(rows, truth("abc")), rcb.Outcome(False, True, False, 0))

    def test_none_is_exact_where_there_is_no_culprit(self):
        rows = [change(1, "none", 0.6), change(2, "abc", 0.3)]
        self.assertEqual(rcb.judge(rows, truth("none")), rcb.Outcome(True, False, False, 0))

    def test_none_takes_no_place_among_the_first_three(self):
        rows = [change(1, "x", 0.4), change(2, "y", 0.3), change(3, "none", 0.2),
                change(4, "abc", 0.1)]
        self.assertTrue(rcb.judge(rows, truth("abc")).top3)

    def test_decoys_called_caused_are_counted(self):
        rows = [change(1, "d1", 0.5, "caused"), change(2, "d2", 0.4, "likely"),
                change(3, "abc", 0.1, "caused")]
        self.assertEqual(rcb.judge(rows, truth("abc", decoys=("d1", "d2"))).decoys_caused, 1)

    def test_nothing_found_is_never_exact(self):
        self.assertEqual(rcb.judge([], truth("none")), rcb.Outcome(False, False, False, 0))


if __name__ == "__main__":
    unittest.main()
