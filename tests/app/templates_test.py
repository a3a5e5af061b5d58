"""inkling templates and explain template: what they print of a small input."""

import json

import program
from program import ProgramTest

WORDS = ["started", "paused", "stopped", "resumed", "removed", "created", "frozen", "thawed"]


def line(second, message, version):
    time = f"2026-03-03T12:{second // 60:02}:{second % 60:02}Z"
    return json.dumps({"time": time, "level": "info", "service": "vm", "version": version,
                       "message": message})


class Templates(ProgramTest):
    def setUp(self):
        super().setUp()
        lines = []
        for n in range(400):
            version = "1" if n < 200 else "2"
            lines.append(line(n, f"disk {n} was read", version))
            if n < 200:
                lines.append(line(n, f"old way {n} taken", version))
            else:
                lines.append(line(n, f"new way {n} taken", version))
            lines.append(line(n, f"machine was {WORDS[n % 8]} by the manager", version))
        self.write("vm.ndjson", "\n".join(lines) + "\n")

    def rows(self, *arguments):
        done = self.inkling(*arguments, "vm.ndjson", "--quiet", "--output", "json")
        self.assertEqual(done.code, 0, done.err)
        return json.loads(done.out)

    def test_ls_counts_every_record(self):
        found = self.rows("templates", "ls")
        self.assertEqual(found["records"], 1200)
        self.assertEqual({row["text"]: row["count"] for row in found["templates"]},
                         {"disk <*> was read": 400, "machine was <*> by the manager": 400,
                          "old way <*> taken": 200, "new way <*> taken": 200})

    def test_show_gives_first_last_and_different_examples_with_their_surroundings(self):
        found = self.rows("templates", "show", "machine was", "--context", "1")
        kinds = {row["kind"]: row for row in found["examples"]}
        self.assertEqual(kinds["first"]["record"]["message"], "machine was started by the manager")
        self.assertEqual(kinds["first"]["record"]["source"], "vm.ndjson:3")
        self.assertEqual(kinds["first"]["context"],
                         ["old way 0 taken", "machine was started by the manager",
                          "disk 1 was read"])
        self.assertEqual(kinds["last"]["record"]["message"], "machine was thawed by the manager")
        self.assertIn("different", kinds)

    def test_diff_of_versions_tells_what_is_new_and_gone(self):
        found = self.rows("templates", "diff", "1", "2")
        self.assertEqual([(row["kind"], row["text"]) for row in found["differences"]],
                         [("new", "new way <*> taken"), ("gone", "old way <*> taken")])

    def test_diff_of_periods(self):
        found = self.rows("templates", "diff", "..2026-03-03T12:03:20Z", "2026-03-03T12:03:20Z..")
        self.assertEqual({row["kind"] for row in found["differences"]}, {"new", "gone"})

    def test_explain_says_that_it_was_merged(self):
        found = self.rows("explain", "template", "machine was")
        self.assertIn("merged", found["why"])
        self.assertGreaterEqual(len(found["members"]), 8)

    def test_a_rule_splits_names_and_mutes(self):
        self.write("inkling.yaml", """
detect:
  templates:
    rules:
      - match: "machine was <keep> by the manager"
        mute: true
        until: "2030-01-01T00:00:00Z"
        owner: ann
        reason: moving house
      - match: "disk <*> was read"
        name: disk reads
""")
        found = self.rows("templates", "ls", "--config", "inkling.yaml")
        rows = {row["text"]: row for row in found["templates"]}
        self.assertIn("disk reads", rows)
        split = [text for text in rows if text.startswith("machine was ")]
        self.assertEqual(len(split), 8)
        self.assertEqual(rows[split[0]]["owner"], "ann")
        self.assertEqual(rows[split[0]]["muted_until"], "2030-01-01T00:00:00Z")

    def test_what_is_not_there_is_said(self):
        done = self.inkling("templates", "show", "no such words", "vm.ndjson", "--quiet")
        self.assertNotEqual(done.code, 0)
        self.assertIn("no template", done.err)


if __name__ == "__main__":
    program.main()
