"""What the suites of causes share, and how their adapters rewrite."""

import unittest

import score_case  # noqa: F401
import kontrast
import petshop
import ranking
import rcd


def row(rank, name, p=0.5, kind="node"):
    return {"kind": kind, "rank": rank, "id": name, "p": p}


class RankingTest(unittest.TestCase):
    def test_none_is_no_suspect(self):
        rows = [row(2, "b", kind="change"), row(1, "none", kind="change")]
        self.assertEqual(ranking.ids(rows, "change"), ["b"])

    def test_ranks_and_shares(self):
        ranks = [0, 2, None, 4]
        self.assertEqual((ranking.top(ranks, 1), ranking.top(ranks, 3)), (1, 2))
        self.assertAlmostEqual(ranking.average_at(ranks), (1 + 1 + 2 + 2 + 3) / 4 / 5)

    def test_calibration_of_honest_probabilities_has_no_error(self):
        judged = [(0.5, True), (0.5, False)]
        figures = dict(ranking.calibration("x", judged))
        self.assertEqual(figures["x.right_of_p30_60"], 0.5)
        self.assertEqual(figures["x.calibration_error"], 0.0)

    def test_calibration_of_false_certainty(self):
        figures = dict(ranking.calibration("x", [(1.0, False), (1.0, False)]))
        self.assertEqual(figures["x.calibration_error"], 1.0)


class AdapterTest(unittest.TestCase):
    def test_auc(self):
        self.assertEqual(kontrast.auc([(3, True), (2, True), (1, False)]), 1.0)
        self.assertEqual(kontrast.auc([(1, True), (1, False)]), 0.5)

    def test_rcd_columns_are_written_out(self):
        self.assertEqual(rcd.metric_name("lat_90"), "latency_p90")
        self.assertEqual(rcd.metric_name("cpu"), "cpu_usage")

    def test_rcd_rows_are_moved_behind_the_normal_ones(self):
        rows = [{"time": "500", "carts_cpu": "1"}, {"time": "502", "carts_cpu": "2"}]
        self.assertEqual([point[0] for point in rcd.points(rows, 100)], [100, 102])

    def test_petshop_names_have_units(self):
        self.assertIn("percent", petshop.NAMES["availability"])


if __name__ == "__main__":
    unittest.main()
