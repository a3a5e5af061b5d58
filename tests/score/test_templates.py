"""Grouping accuracy, F1 over groups and the comparison of two groupings."""

import unittest

import score_case  # noqa: F401
import templates


class GroupingTest(unittest.TestCase):
    def test_right_groups_under_other_names_are_1(self):
        self.assertEqual(templates.grouping_accuracy("xxyz", "aabc"), 1.0)
        self.assertEqual(templates.group_f1("xxyz", "aabc"), 1.0)

    def test_split_group_loses_all_its_lines(self):
        self.assertEqual(templates.grouping_accuracy("xyz", "aab"), 1 / 3)
        self.assertEqual(templates.group_f1("xyz", "aab"), 2 * 1 / (3 + 2))

    def test_merged_groups_lose_all_their_lines(self):
        self.assertEqual(templates.grouping_accuracy("xxxz", "aabc"), 1 / 4)
        self.assertEqual(templates.group_f1("xxxz", "aabc"), 2 * 1 / (2 + 3))

    def test_one_stray_line_spoils_both_groups(self):
        self.assertEqual(templates.grouping_accuracy("xxxyy", "aaabb"), 1.0)
        self.assertEqual(templates.grouping_accuracy("xxyyy", "aaabb"), 0.0)


class SameShareTest(unittest.TestCase):
    def test_equal_groupings_are_1(self):
        self.assertEqual(templates.same_share("xxyz", "aabc"), 1.0)

    def test_stray_line_costs_itself(self):
        self.assertEqual(templates.same_share("xxxyyyy", "aaabbba"), 6 / 7)

    def test_of_merged_groups_the_largest_keeps_its_place(self):
        self.assertEqual(templates.same_share("xxxyy", "aaaaa"), 3 / 5)

    def test_of_a_split_group_the_largest_part_keeps_its_place(self):
        self.assertEqual(templates.same_share("xxxxx", "aaabb"), 3 / 5)


if __name__ == "__main__":
    unittest.main()
