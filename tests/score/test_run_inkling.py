"""The contract of rows: one for each line."""

import unittest

import score_case  # noqa: F401
import run_inkling


class RowsByLineTest(unittest.TestCase):
    def test_puts_rows_in_the_order_of_lines(self):
        rows = [{"line": 3}, {"line": 2}]
        self.assertEqual(run_inkling.rows_by_line(rows, 2, 2, "f"), [{"line": 2}, {"line": 3}])

    def test_refuses_a_missing_row(self):
        with self.assertRaisesRegex(run_inkling.ScoreError, "f: no row for 1 of 2 lines, first 3"):
            run_inkling.rows_by_line([{"line": 2}], 2, 2, "f")

    def test_refuses_a_second_row(self):
        with self.assertRaisesRegex(run_inkling.ScoreError, "f: two rows for line 2"):
            run_inkling.rows_by_line([{"line": 2}, {"line": 2}], 2, 2, "f")

    def test_refuses_a_row_of_no_line(self):
        with self.assertRaisesRegex(run_inkling.ScoreError, "f: a row for line 1"):
            run_inkling.rows_by_line([{"line": 1}], 2, 1, "f")


if __name__ == "__main__":
    unittest.main()
