"""Commands that look at a journal and what points into it: journal, dlq, evidence, doctor, replay
--compare."""

import json
import os
import unittest

import program
from program import ProgramTest, read_tree

from commands_test import failing_service, log_line

SEGMENT = "state/journal/segment-00000001.ink"
FRAME_HEADER = 32  # the first frame lies behind the header of the segment


class JournalTest(ProgramTest):
    def run_once(self, lines, *arguments):
        done = self.inkling(
            "run", "--stdin", "--listen", "127.0.0.1:0", "--state-dir", "state", *arguments,
            stdin=lines.encode(),
        )
        self.assertEqual(done.code, 0, done.err)

    def expect(self, code, *arguments):
        done = self.inkling(*arguments)
        self.assertEqual(done.code, code, done.out + done.err)
        return done

    def one_row(self, *arguments, code=0):
        rows = self.expect(code, *arguments, "--json").rows()
        self.assertEqual(len(rows), 1, rows)
        return rows[0]

    def spoil(self, offset):
        path = self.path(SEGMENT)
        with open(path, "r+b") as file:
            file.seek(offset)
            byte = file.read(1)
            file.seek(offset)
            file.write(bytes([byte[0] ^ 0x55]))


class JournalCommands(JournalTest):
    def setUp(self):
        super().setUp()
        self.run_once("".join(log_line(n, f"seat {n} booked") + "\n" for n in range(50)))

    def test_ls_counts_what_inspect_lists(self):
        row = self.one_row("journal", "ls", "--state-dir", "state")
        frames = self.expect(0, "journal", "inspect", "state/journal", "--json").rows()
        self.assertEqual((row["segment"], row["frames"]), (1, len(frames)))
        self.assertEqual(row["body_bytes"], sum(frame["body_bytes"] for frame in frames))
        self.assertEqual((row["damaged_places"], row["tail_bytes"]), (0, 0))
        self.assertEqual(frames[0]["offset"], FRAME_HEADER)
        self.assertIn("stdin", [frame["origin"] for frame in frames])

    def test_a_sound_journal_verifies(self):
        row = self.one_row("journal", "verify", "state/journal")
        self.assertEqual((row["damaged_places"], row["missing_segments"]), (0, 0))
        self.assertGreater(row["frames"], 0)

    def test_damage_is_found_and_repaired_into_the_quarantine(self):
        frames = self.expect(0, "journal", "inspect", "state/journal", "--json").rows()
        self.run_once(log_line(1, "later") + "\n")  # the first segment is no longer the last
        self.spoil(FRAME_HEADER)
        row = self.one_row("journal", "verify", "state/journal", code=3)
        self.assertEqual((row["damaged_places"], row["damaged_bytes"]), (1, frames[0]["bytes"]))
        before = read_tree(self.path("state/journal"))
        self.expect(0, "journal", "repair", "state/journal")
        copies = read_tree(self.path("state/journal/quarantine"))
        self.assertEqual([len(copy) for copy in copies.values()], [frames[0]["bytes"]])
        after = read_tree(self.path("state/journal"))
        self.assertEqual({n: after[n] for n in before}, before)  # segments stay as they are

    def test_prune_needs_to_know_what_is_needed(self):
        self.run_once(log_line(1, "one more") + "\n")
        self.expect(2, "journal", "prune", "state/journal")
        done = self.expect(69, "journal", "prune", "state/journal", "--max-bytes", "1B")
        self.assertIn("--force", done.err)
        self.assertEqual(done.err.count("\n"), 1)
        row = self.one_row(
            "journal", "prune", "state/journal", "--max-bytes", "1B", "--force", "--dry-run"
        )
        self.assertGreaterEqual(row["removed_segments"], 1)
        self.assertTrue(os.path.exists(self.path(SEGMENT)))
        self.write("state/journal/needed.from", "1\n")
        row = self.one_row("journal", "prune", "state/journal", "--max-bytes", "1B", "--force")
        self.assertEqual(row["removed_segments"], 0)
        os.remove(self.path("state/journal/needed.from"))
        self.one_row("journal", "prune", "state/journal", "--max-bytes", "1B", "--force")
        self.assertFalse(os.path.exists(self.path(SEGMENT)))

    def test_errors_are_one_line_and_name_the_thing(self):
        for verb in ("ls", "inspect", "verify", "repair"):
            done = self.expect(74, "journal", verb, "nowhere")
            self.assertIn("nowhere", done.err)
            self.assertEqual(done.err.count("\n"), 1)
        done = self.expect(74, "journal", "inspect", "state/journal", "--segment", "9")
        self.assertIn("segment 9", done.err)


class DeadLetters(JournalTest):
    def setUp(self):
        super().setUp()
        self.run_once(log_line(1, "fine") + "\n" + '{"broken": \n' + "[1]\n")

    def test_ls_and_show_lead_to_the_line(self):
        rows = self.expect(0, "dlq", "ls", "--state-dir", "state", "--json").rows()
        self.assertEqual([row["number"] for row in rows], [1, 2])
        self.assertEqual(rows[0]["reason"], "bad_json")
        shown = self.one_row("dlq", "show", "1", "--state-dir", "state")
        self.assertEqual(shown["text"], '{"broken": ')
        only = self.expect(0, "dlq", "ls", "--state-dir", "state", "--reason", "bad_json", "--json")
        self.assertEqual(len(only.rows()), 1)

    def test_a_letter_that_is_not_there_is_named(self):
        done = self.expect(74, "dlq", "show", "7", "--state-dir", "state")
        self.assertIn("7", done.err)
        self.assertEqual(done.err.count("\n"), 1)

    def test_replay_sends_each_letter_once(self):
        frames = len(self.expect(0, "journal", "inspect", "state/journal", "--json").rows())
        row = self.one_row("dlq", "replay", "--state-dir", "state")
        self.assertEqual((row["sent"], row["sent_before"], row["gone"]), (2, 0, 0))
        row = self.one_row("dlq", "replay", "--state-dir", "state")
        self.assertEqual((row["sent"], row["sent_before"]), (0, 2))
        later = self.expect(0, "journal", "inspect", "state/journal", "--json").rows()
        self.assertEqual(len(later), frames + 2)
        self.assertTrue(all(f["client_key"].startswith("dlq:") for f in later[frames:]))
        self.inkling("replay", "--journal", "state/journal", "--ledger", "l.json", "--quiet")
        with open(self.path("l.json"), encoding="utf-8") as file:
            ledger = json.load(file)
        self.assertTrue(ledger["balances"])
        self.assertEqual(sum(ledger["broken"].values()), 4)  # broken they stay


class Evidence(JournalTest):
    def setUp(self):
        super().setUp()
        logs, alarm = failing_service()
        self.run_once(logs + alarm)
        rows = self.expect(0, "incident", "ls", "--state-dir", "state", "--output", "json").rows()
        self.assertGreater(len(rows), 0)
        self.incident = rows[0]["id"]

    def test_handles_lead_to_records(self):
        rows = self.expect(
            0, "evidence", "show", self.incident, "--state-dir", "state", "--json"
        ).rows()
        records = [row for row in rows if "segment" in row]
        self.assertGreater(len(records), 0)
        handle = f"{self.incident}/{records[0]['handle']}"
        shown = self.one_row("evidence", "show", handle, "--state-dir", "state")
        self.assertEqual(shown, records[0])
        self.assertTrue(shown["text"].startswith("{"), shown)

    def test_verify_tells_when_the_bytes_are_gone(self):
        done = self.expect(0, "evidence", "verify", self.incident, "--state-dir", "state")
        self.assertIn(" 0 not found", done.out)
        for name in os.listdir(self.path("state/journal")):
            if name.startswith("segment-"):
                os.remove(self.path(f"state/journal/{name}"))
        done = self.expect(3, "evidence", "verify", self.incident, "--state-dir", "state")
        self.assertNotIn(" 0 not found", done.out)

    def test_a_wrong_handle_is_one_line(self):
        for handle, code in (("nobody", 74), (f"{self.incident}/ev:x", 2),
                             (f"{self.incident}/ev:9999", 74)):
            done = self.expect(code, "evidence", "show", handle, "--state-dir", "state")
            self.assertEqual(done.err.count("\n"), 1, done.err)


class ReplayCompare(JournalTest):
    def setUp(self):
        super().setUp()
        logs, alarm = failing_service()
        self.run_once(logs + alarm)

    def test_the_same_configuration_gives_no_difference(self):
        done = self.expect(0, "replay", "--journal", "state/journal", "--compare", "--quiet")
        self.assertIn(" 0 differ", done.out)

    def test_incidents_that_vanish_make_the_gate_fail(self):
        self.write(
            "deaf.yaml",
            "screen:\n  rules:\n    - name: all\n      pattern: '.*'\n      action: drop\n",
        )
        checked = self.inkling("validate", "deaf.yaml")
        self.assertEqual(checked.code, 0, checked.err)
        done = self.expect(
            3, "replay", "--journal", "state/journal", "--config", "deaf.yaml", "--compare",
            "--quiet", "--output", "json",
        )
        self.assertGreater(len(done.rows()), 0)
        kinds = {row["difference"] for row in done.rows()}
        self.assertLessEqual(kinds, {"appears", "vanishes", "moves"})

    def test_from_passes_by_what_arrived_earlier(self):
        done = self.inkling(
            "replay", "--journal", "state/journal", "--from", "2100-01-01T00:00:00Z", "--ledger",
            "l.json", "--quiet",
        )
        self.assertEqual(done.code, 0, done.err)
        with open(self.path("l.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["lines"], 0)
        self.expect(2, "replay", "--journal", "state/journal", "--from", "yesterday")


class Doctor(JournalTest):
    def test_it_examines_a_place_that_is_not_there_yet(self):
        row = self.one_row("doctor", "--state-dir", "state", "--url", "http://127.0.0.1:9")
        grades = {finding["what"]: finding["grade"] for finding in row["findings"]}
        for what in ("configuration", "disk space", "disk sync", "clock", "open files", "memory",
                     "journal", "books"):
            self.assertIn(what, grades)
        self.assertEqual(row["outbound"], [])
        self.assertFalse(os.path.exists(self.path("state")))

    def test_it_lists_the_addresses_a_configuration_would_use(self):
        self.write(
            "c.yaml",
            "inputs:\n  scrape:\n    targets: ['shop=http://10.1.2.3:9100/metrics']\n"
            "  ecs:\n    enabled: true\n    endpoint: http://169.254.170.2/v4/x\n",
        )
        row = self.one_row("doctor", "--config", "c.yaml", "--state-dir", "state",
                           "--url", "http://127.0.0.1:9")
        self.assertEqual(
            [out["address"] for out in row["outbound"]],
            ["http://10.1.2.3:9100/metrics", "http://169.254.170.2/v4/x"],
        )

    def test_a_wrong_configuration_and_a_lost_segment_fail(self):
        self.write("bad.yaml", "journal:\n  max_bytes: 1MiB\n")
        done = self.expect(3, "doctor", "--config", "bad.yaml", "--state-dir", "state",
                           "--url", "http://127.0.0.1:9")
        self.assertIn("max_bytes", done.out)
        self.run_once(log_line(1, "x") + "\n")
        self.run_once(log_line(2, "y") + "\n")
        self.write("state/journal/needed.from", "1\n")
        os.remove(self.path(SEGMENT))
        self.expect(3, "doctor", "--state-dir", "state", "--url", "http://127.0.0.1:9")


if __name__ == "__main__":
    program.main()
