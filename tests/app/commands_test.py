"""Commands of the built program: exit codes, what goes to stdout and stderr, rows for machines."""

import json
import math
import os
import stat
import subprocess
import sys
import unittest
import xml.etree.ElementTree

import program
from program import ProgramTest, read_tree


def log_line(second, message, level="info", service="tickets", **more):
    time = f"2026-03-03T12:{second // 60:02}:{second % 60:02}Z"
    return json.dumps(
        {"time": time, "level": level, "service": service, "message": message, **more}
    )


def failing_service():
    """Logs of ten minutes, the last three with errors, and the alarm that followed."""
    lines = []
    for n in range(600):
        failed = n >= 420 and n % 2 == 0
        lines.append(
            log_line(
                n,
                "seat map could not be locked" if failed else f"seat {n} booked",
                "error" if failed else "info",
                status=500 if failed else 200,
                duration_ms=20 + n % 7,
            )
        )
    alarm = {
        "service": "tickets",
        "metric": "error_rate",
        "threshold": 0.05,
        "observed": 0.5,
        "fired_at": "2026-03-03T12:09:30Z",
        "severity": "critical",
        "monitor": "tickets-errors",
    }
    return "\n".join(lines) + "\n", json.dumps(alarm) + "\n"


class ExitCodes(ProgramTest):
    def expect(self, code, *arguments, says=()):
        done = self.inkling(*arguments)
        self.assertEqual(done.code, code, done.err)
        self.assertEqual(done.out, "")
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, done.err)
        return done

    def test_no_command_is_a_wrong_use(self):
        self.expect(2)

    def test_unknown_command_is_a_wrong_use_with_a_suggestion(self):
        self.expect(2, "replya", says=['"replya"', 'did you mean "replay"'])

    def test_unknown_option_is_a_wrong_use(self):
        self.expect(2, "replay", "--no-such-option", says="--no-such-option")

    def test_replay_of_nothing_is_a_wrong_use(self):
        self.expect(2, "replay", says="--journal")

    def test_wrong_values_are_a_wrong_use_and_name_the_option(self):
        self.write("a.ndjson", log_line(1, "hello") + "\n")
        self.expect(2, "replay", "a.ndjson", "--until", "tomorrow", says="--until")
        self.expect(2, "replay", "a.ndjson", "--batch-bytes", "many", says="--batch-bytes")
        self.expect(2, "replay", "a.ndjson", "--emit", "everything", says="--emit")
        self.expect(2, "run", "--listen", "nowhere", "--state-dir", "s", says="--listen")
        self.expect(2, "run", "--shutdown-timeout", "soon", says="--shutdown-timeout")
        self.expect(2, "gen", "--length", "long", "--out", "d", says="--length")

    def test_a_missing_file_is_an_input_output_error_that_names_it(self):
        self.expect(74, "replay", "no-such-file.ndjson", says="no-such-file.ndjson")

    def test_a_missing_journal_is_an_input_output_error_that_names_it(self):
        self.expect(74, "replay", "--journal", "no-such-journal", says="no-such-journal")

    def test_a_missing_store_is_an_input_output_error_that_names_it(self):
        self.expect(74, "incident", "ls", "--store", "none.db", says="none.db")

    def test_an_invalid_configuration_names_file_line_and_key(self):
        self.write("bad.yaml", "server:\n  prot: 4319\njournal:\n  commit_interval: soon\n")
        self.write("a.ndjson", log_line(1, "hello") + "\n")
        for command in (["validate"], ["replay", "a.ndjson"], ["run", "--state-dir", "s"]):
            done = self.expect(78, *command, "--config", "bad.yaml")
            self.assertIn("bad.yaml:2", done.err)
            self.assertIn("prot", done.err)
            self.assertIn('did you mean "port"', done.err)
            self.assertIn("bad.yaml:4", done.err)  # all errors at once

    def test_a_store_that_cannot_be_written_is_an_input_output_error(self):
        logs, alarm = failing_service()
        self.write("data/logs.ndjson", logs)
        self.write("data/alarm.ndjson", alarm)
        done = self.inkling("replay", "data", "--store", "no/such/folder.db", "--quiet")
        self.assertEqual(done.code, 74, done.err)
        self.assertIn("no/such/folder.db", done.err)

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs /dev/full")
    def test_a_full_stdout_is_an_input_output_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [program.BINARY, "schema"], stdout=full, stderr=subprocess.PIPE, check=False
            )
        self.assertEqual(done.returncode, 74, done.stderr)


class StandardStreams(ProgramTest):
    def test_version_as_text_and_json(self):
        text = self.inkling("version")
        self.assertRegex(text.out, r"^inkling \d+\.\d+\.\d+\n$")
        as_json = self.inkling("version", "--output", "json")
        self.assertEqual(as_json.rows()[0]["version"], text.out.split()[1])

    def test_help_is_data(self):
        done = self.inkling("--help")
        self.assertEqual((done.code, done.err), (0, ""))
        for command in ("run", "replay", "validate", "incident", "report", "gen", "schema"):
            self.assertIn(command, done.out)

    def test_schema_is_json(self):
        schema = json.loads(self.inkling("schema").out)
        self.assertIn("properties", schema)

    def test_validate_tells_a_valid_file(self):
        self.write("good.yaml", "server:\n  port: 4320\n")
        done = self.inkling("validate", "--config", "good.yaml", "--output", "json")
        self.assertEqual(done.code, 0, done.err)
        self.assertEqual(done.rows(), [{"file": "good.yaml", "valid": True, "problems": ""}])

    def test_validate_tells_problems_as_json(self):
        self.write("bad.yaml", "sever: {}\n")
        done = self.inkling("validate", "--config", "bad.yaml", "--output", "json")
        self.assertEqual(done.code, 78)
        self.assertFalse(done.rows()[0]["valid"])
        self.assertIn("bad.yaml:1", done.rows()[0]["problems"])

    def test_summary_is_talk_and_quiet_ends_it(self):
        self.write("a.ndjson", log_line(1, "hello") + "\n")
        done = self.inkling("replay", "a.ndjson", "--emit", "incidents")
        self.assertEqual((done.code, done.out), (0, ""))
        self.assertIn("1 lines in 1 frames", done.err)
        self.assertIn("books balance", done.err)
        done = self.inkling("replay", "a.ndjson", "--emit", "incidents", "--quiet")
        self.assertEqual((done.code, done.out, done.err), (0, "", ""))

    def test_matches_of_rules_are_told(self):
        self.write("logs.ndjson", "\n".join(log_line(n, f"seat {n} booked") for n in range(5)) + "\n")
        self.write("rules.yaml", "screen:\n  rules:\n    - {name: four, pattern: '4', action: tag}\n")
        done = self.inkling("replay", "logs.ndjson", "--config", "rules.yaml")
        self.assertEqual(done.code, 0, done.err)
        self.assertIn("rule four: 1 matches", done.err)

    def test_no_incident_is_said(self):
        self.write("a.ndjson", log_line(1, "hello") + "\n")
        self.assertEqual(self.inkling("replay", "a.ndjson").out[:12], "No incident ")
        self.assertEqual(self.inkling("replay", "a.ndjson", "--output", "json").out, "")

    def test_standard_input_is_a_file(self):
        lines = "".join(log_line(n, f"hello {n}") + "\n" for n in range(5))
        done = self.inkling("replay", "-", "--ledger", "l.json", stdin=lines.encode())
        self.assertEqual(done.code, 0, done.err)
        with open(self.path("l.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["counted"], 5)

    def test_an_unknown_shape_is_named_and_the_others_are_read(self):
        self.write("data/odd.json", '{"neither": "a log", "nor": ["a", "metric"]}\n')
        self.write("data/logs.ndjson", log_line(1, "hello") + "\n")
        done = self.inkling("replay", "data", "--ledger", "l.json")
        self.assertEqual(done.code, 0, done.err)
        self.assertIn("data/odd.json", done.err)
        with open(self.path("l.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["counted"], 1)


class JournalCat(ProgramTest):
    def test_every_record_is_shown_redacted_unless_raw_is_asked_for(self):
        lines = log_line(1, "password=hunter2 given") + "\n\n{bad\n" + log_line(2, "two", status=503)
        run = self.inkling(
            "run", "--stdin", "--listen", "127.0.0.1:0", "--state-dir", "state", stdin=lines.encode()
        )
        self.assertEqual(run.code, 0, run.err)
        rows = self.inkling("journal", "cat", "--state-dir", "state").rows()
        self.assertEqual([(row["record"], row["kind"]) for row in rows], [(0, "log"), (2, "broken"), (3, "log")])
        self.assertEqual(rows[0]["message"], "password=[secret] given")
        self.assertEqual(rows[1]["reason"], "bad_json")
        self.assertEqual((rows[2]["status"], rows[2]["time"]), (503, "2026-03-03T12:00:02Z"))
        raw = self.inkling("journal", "cat", "state/journal", "--raw").rows()
        self.assertEqual(raw[0]["message"], "password=hunter2 given")

    def test_a_journal_that_is_not_there_is_named(self):
        done = self.inkling("journal", "cat", "nowhere")
        self.assertEqual(done.code, 74)
        self.assertIn("nowhere", done.err)


class Ledger(ProgramTest):
    def test_ledger_says_what_became_of_every_line(self):
        self.write("a.ndjson", log_line(1, "hello") + "\n\n{broken\n[1]\n" + log_line(2, "bye") + "\n")
        done = self.inkling("replay", "a.ndjson", "--ledger", "l.json")
        self.assertEqual(done.code, 0, done.err)
        with open(self.path("l.json"), encoding="utf-8") as file:
            ledger = json.load(file)
        self.assertTrue(ledger["balances"])
        self.assertEqual(
            {name: ledger[name] for name in ("lines", "empty", "counted", "points", "events")},
            {"lines": 5, "empty": 1, "counted": 2, "points": 0, "events": 0},
        )
        self.assertEqual(sum(ledger["broken"].values()), 2)

    def test_dead_letters_say_where_and_why_but_not_what(self):
        self.write("a.ndjson", log_line(1, "x") + "\n{broken secret\n" + log_line(2, "y") + "\n[1]\n")
        done = self.inkling("replay", "a.ndjson", "--dead-letters", "dead.ndjson")
        self.assertEqual(done.code, 0, done.err)
        with open(self.path("dead.ndjson"), encoding="utf-8") as file:
            text = file.read()
        letters = [json.loads(line) for line in text.splitlines()]
        self.assertEqual(
            [(letter["path"], letter["line"], letter["reason"], letter["length"]) for letter in letters],
            [("a.ndjson", 2, "bad_json", 14), ("a.ndjson", 4, "not_an_object", 3)],
        )
        self.assertNotIn("secret", text)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("dead.ndjson")).st_mode), 0o600)


    def test_dead_letters_are_configured_and_raw_only_if_asked(self):
        self.write("c.yaml", "inputs:\n  dead_letters:\n    path: dead.ndjson\n    raw: true\n")
        self.write("a.ndjson", "{broken\n" + log_line(1, "x") + "\n")
        done = self.inkling("replay", "a.ndjson", "--config", "c.yaml")
        self.assertEqual(done.code, 0, done.err)
        with open(self.path("dead.ndjson"), encoding="utf-8") as file:
            self.assertEqual([json.loads(line)["raw"] for line in file], ["{broken"])


# Members that other people's scorers rely on (docs/formats.md).
VERDICT = "source line series time value low high raw score anomalous kind gate confidence".split()
TEMPLATE = "source line skeleton_id arrival_id template_id template".split()
SUSPECT = "incident kind rank id p verdict terms".split()
IMPACT = "change series score".split()


class Series(ProgramTest):
    """Commands that look at one series of a history: noise, and a step up at 06:20."""

    def setUp(self):
        super().setUp()
        rows = ["timestamp,value\n"]
        for i in range(400):
            noise = (i * 7919 % 101) / 50 - 1
            value = 20 + noise + (15 if i >= 380 else 0)
            rows.append(f"2026-03-02 {i // 60:02}:{i % 60:02}:00,{value:.3f}\n")
        with open(self.path("depth.csv"), "w", encoding="utf-8") as file:
            file.writelines(rows)

    def explain(self, at, *more):
        done = self.inkling("explain", "series", "depth*", "depth.csv", "--at", at, "--output",
                            "json", "--quiet", *more)
        self.assertEqual(done.code, 0, done.err)
        return json.loads(done.out)

    def test_explains_what_was_said(self):
        told = self.explain("2026-03-02T06:20:30Z")
        self.assertEqual(told["verdict"]["gate"], "passed")
        self.assertGreater(told["verdict"]["value"], told["verdict"]["high"])
        self.assertTrue(told["reason"].startswith("said: "))
        self.assertNotEqual(told["spoke"], "")

    def test_explains_silence(self):
        told = self.explain("2026-03-02T00:10:00Z")
        self.assertIn("too little history", told["reason"])
        self.assertIn("no value at that time", self.explain("2026-03-02T09:00:00Z")["reason"])
        self.assertIn("began later", self.explain("2026-03-01T09:00:00Z")["reason"])

    def test_explains_what_a_rule_held_back(self):
        with open(self.path("c.yaml"), "w", encoding="utf-8") as file:
            file.write("detect: {series: [{match: \"depth*\", direction: down}]}")
        told = self.explain("2026-03-02T06:20:00Z", "--config", "c.yaml")
        self.assertEqual(told["verdict"]["gate"], "direction")
        self.assertEqual(told["control"]["rule"], "depth*")

    def test_names_the_nearest_series(self):
        done = self.inkling("explain", "series", "dept.csv", "depth.csv", "--at", "2026-03-02",
                            "--quiet")
        self.assertEqual(done.code, 74)
        self.assertIn('did you mean "depth.csv"?', done.err)

    def test_plots_as_svg_only(self):
        done = self.inkling("plot", "depth.csv", "depth.csv", "--out", "x.svg", "--quiet")
        self.assertEqual(done.code, 0, done.err)
        root = xml.etree.ElementTree.parse(self.path("x.svg")).getroot()
        self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
        done = self.inkling("plot", "depth.csv", "depth.csv", "--out", "x.png", "--quiet")
        self.assertEqual(done.code, 2)
        self.assertIn("rsvg-convert", done.err)

    def test_counts_what_each_sensitivity_would_have_said(self):
        done = self.inkling("validate", "--history", "depth.csv", "--output", "json", "--quiet")
        self.assertEqual(done.code, 0, done.err)
        told = json.loads(done.out)
        self.assertEqual(told["series"], 1)
        counts = told["anomalies"]
        self.assertGreaterEqual(counts["quiet"], 1)
        self.assertLessEqual(counts["quiet"], counts["eager"])
        weeks = told["days"] / 7
        self.assertAlmostEqual(told["per_week"]["eager"] * weeks, counts["eager"], places=3)


class State(ProgramTest):
    """A history of one series, and what comes after it."""

    def write(self, name, first, values):
        with open(self.path(name), "w", encoding="utf-8") as file:
            for i, value in enumerate(values, first):
                row = {"time": f"2026-03-02T{i // 60:02}:{i % 60:02}:00Z", "name": "depth",
                       "service": "shop", "value": value}
                file.write(json.dumps(row) + "\n")

    def setUp(self):
        super().setUp()
        noise = [20 + (i * 7919 % 101) / 50 for i in range(420)]
        self.write("before.ndjson", 0, noise[:400])
        self.write("after.ndjson", 400, noise[400:410] + [60])

    def last_verdict(self, *more):
        done = self.inkling("replay", "after.ndjson", "--emit", "verdicts", "--quiet", *more)
        self.assertEqual(done.code, 0, done.err)
        return json.loads(done.out.splitlines()[-1])

    def test_a_seeded_series_is_mature_at_once(self):
        done = self.inkling("state", "seed", "--from", "before.ndjson", "--out", "state", "--quiet",
                            "--output", "json")
        self.assertEqual(done.code, 0, done.err)
        told = json.loads(done.out)
        self.assertEqual((told["series"], told["points"]), (1, 400))
        unseeded = self.last_verdict()
        self.assertLess(unseeded["confidence"], 0.2)
        seeded = self.last_verdict("--state", "state")
        self.assertTrue(seeded["anomalous"])
        self.assertGreater(seeded["confidence"], 0.75)

    def test_damaged_state_is_refused(self):
        with open(self.path("state"), "w", encoding="utf-8") as file:
            file.write("not a state file at all, but long enough")
        done = self.inkling("replay", "after.ndjson", "--state", "state", "--quiet")
        self.assertEqual(done.code, 65)
        self.assertEqual(done.err, "inkling replay: state file state: is no state of Inkling\n")
        self.assertEqual(self.inkling("replay", "after.ndjson", "--state", "none").code, 74)


class Alarms(ProgramTest):
    def test_imported_alarms_are_a_configuration(self):
        alarm = {"AlarmName": "cpu", "MetricName": "CPU", "Statistic": "Sum", "Period": 60,
                 "EvaluationPeriods": 2, "Threshold": 5, "ComparisonOperator": "LessThanThreshold"}
        math = {"AlarmName": "ratio", "Metrics": [{"Expression": "a/b"}]}
        with open(self.path("alarms.json"), "w", encoding="utf-8") as file:
            json.dump({"MetricAlarms": [alarm, math]}, file)
        done = self.inkling("alarms", "import", "cloudwatch", "alarms.json")
        self.assertEqual(done.code, 3)
        self.assertEqual(done.err, "inkling alarms import: ratio: not taken: metric math: a/b\n")
        with open(self.path("alarms.yaml"), "w", encoding="utf-8") as file:
            file.write(done.out)
        self.assertEqual(self.inkling("validate", "alarms.yaml").code, 0)
        done = self.inkling("alarms", "import", "cloudwatch", "alarms.json", "--output", "json")
        self.assertEqual(json.loads(done.out)["imported"], ["cpu"])

    def test_a_file_that_is_none_is_bad_input(self):
        with open(self.path("x"), "w", encoding="utf-8") as file:
            file.write("{}")
        self.assertEqual(self.inkling("alarms", "import", "cloudwatch", "x").code, 65)
        self.assertEqual(self.inkling("alarms", "import", "prometheus", "x").code, 65)
        self.assertEqual(self.inkling("alarms", "import", "prometheus", "none").code, 74)


class Emit(ProgramTest):
    def rows(self, kind, *arguments):
        done = self.inkling("replay", *arguments, "--emit", kind, "--quiet")
        self.assertEqual(done.code, 0, done.err)
        self.assertEqual(done.err, "")
        return done.rows()

    def generate(self):
        done = self.inkling("gen", "--scenario", "bad_deploy", "--seed", "3", "--length", "30m",
                            "--rate", "3", "--out", "shop")  # fmt: skip
        self.assertEqual(done.code, 0, done.err)
        return "shop/data"

    def test_every_kind_is_ndjson_with_its_members(self):
        data = self.generate()
        templates = self.rows("templates", data)
        with open(self.path("shop/data/logs.ndjson"), "rb") as file:
            lines = file.read().count(b"\n")
        self.assertEqual(len(templates), lines)
        self.assertEqual({tuple(row) for row in templates}, {tuple(TEMPLATE)})
        self.assertEqual({tuple(row) for row in self.rows("verdicts", data)}, {tuple(VERDICT)})
        suspects = self.rows("suspects", data)
        self.assertEqual({tuple(row) for row in suspects}, {tuple(SUSPECT)})
        self.assertEqual([row["id"] for row in suspects].count("none"), 1)
        self.assertEqual({tuple(row) for row in self.rows("impacts", data)}, {tuple(IMPACT)})
        incidents = self.rows("incidents", data)
        reports = self.rows("report", data)
        self.assertTrue(incidents)
        for row in incidents:
            self.assertEqual(row["schema"], "inkling.incident/1")
            self.assertNotIn("run", row)
        self.assertEqual([row["id"] for row in reports], [row["id"] for row in incidents])
        self.assertTrue(all(row["run"]["ledger"]["balances"] for row in reports))
        for row in self.rows("anomalies", data):
            self.assertLessEqual({"id", "series", "kind", "direction", "onset", "strength"}, set(row))

    def csv_verdicts(self, text, name="m.csv"):
        self.write(name, text)
        rows = self.rows("verdicts", name)
        return sorted(rows, key=lambda row: row["line"])

    def test_one_verdict_per_row_of_a_csv_file(self):
        values = [math.sin(n / 5) + n % 3 / 10 for n in range(400)]
        text = "timestamp,value\n" + "".join(
            f"2026-03-03 {n // 60 % 24:02}:{n % 60:02}:00,{value}\n" for n, value in enumerate(values)
        )
        rows = self.csv_verdicts(text)
        self.assertEqual([row["line"] for row in rows], list(range(2, 402)))
        self.assertEqual({row["source"] for row in rows}, {"m.csv"})
        for row, value in zip(rows, values):
            self.assertAlmostEqual(row["value"], value)
            self.assertTrue(0 <= row["score"] <= 1)
            self.assertEqual(row["anomalous"], row["score"] >= 0.5)

    def test_one_verdict_per_row_for_repeated_and_backward_times(self):
        times = [0, 1, 2, 2, 2, 3, 1, 0, 4, 5, 5, 3, 6]
        text = "timestamp,value\n" + "".join(
            f"2026-03-03 12:{minute:02}:00,{n}\n" for n, minute in enumerate(times)
        )
        rows = self.csv_verdicts(text)
        self.assertEqual([row["line"] for row in rows], list(range(2, 2 + len(times))))
        self.assertEqual([row["value"] for row in rows], list(range(len(times))))

    def test_one_verdict_per_row_for_rows_without_a_value(self):
        cells = ["1", "", "NaN", "2", "nan", "inf", "3"]
        text = "timestamp,value\n" + "".join(
            f"2026-03-03 12:{n:02}:00,{cell}\n" for n, cell in enumerate(cells)
        )
        rows = self.csv_verdicts(text)
        self.assertEqual([row["line"] for row in rows], list(range(2, 2 + len(cells))))
        for row, cell in zip(rows, cells):
            if cell in ("", "NaN", "nan"):
                self.assertEqual((row["value"], row["score"], row["anomalous"]), (None, 0, False))

    def test_a_csv_header_in_any_case_and_quoted(self):
        rows = self.csv_verdicts('"TimeStamp","VALUE"\n2026-03-03 12:00:00,7\n')
        self.assertEqual([(row["line"], row["value"]) for row in rows], [(2, 7)])

    def test_the_label_column_is_not_read(self):
        plain = "timestamp,value\n" + "".join(
            f"2026-03-03 {n // 60:02}:{n % 60:02}:00,{n % 7}\n" for n in range(300)
        )
        lines = plain.splitlines()
        labelled = "\n".join(
            [lines[0] + ",label"] + [line + f",{n % 2}" for n, line in enumerate(lines[1:])]
        )
        self.assertEqual(self.csv_verdicts(plain), self.csv_verdicts(labelled + "\n"))

    def test_message_format_takes_the_line_as_it_is(self):
        self.write("m.log", "INFO worker 17 started\nINFO worker 18 started\n")
        rows = self.rows("templates", "m.log", "--format", "message")
        self.assertEqual([row["line"] for row in rows], [1, 2])
        self.assertEqual(len({row["template_id"] for row in rows}), 1)
        self.assertTrue(rows[0]["template"].startswith("INFO worker"))

    def test_until_tells_nothing_later(self):
        data = self.generate()
        with open(self.path("shop/ground_truth.json"), encoding="utf-8") as file:
            onset = json.load(file)["onset"]
        rows = self.rows("verdicts", data, "--until", onset)
        self.assertTrue(rows)
        self.assertLessEqual(max(row["time"] for row in rows), onset)
        self.assertTrue(all(not row["alarms"] for row in self.rows("incidents", data, "--until", onset)))

    def test_threads_and_batches_change_no_byte(self):
        data = self.generate()
        outputs = {
            self.inkling("replay", data, "--output", "json", "--threads", threads,
                         "--batch-bytes", batch).out  # fmt: skip
            for threads, batch in (("1", "1MiB"), ("2", "1KiB"), ("8", "37KiB"))
        }
        self.assertEqual(len(outputs), 1)


class Generator(ProgramTest):
    def test_the_same_seed_gives_the_same_bytes(self):
        scenarios = self.inkling("gen", "--list", "--output", "json").rows()
        arguments = ["gen", "--scenario", scenarios[1]["name"], "--length", "10m", "--rate", "2"]
        for name, seed in (("a", "5"), ("b", "5"), ("c", "6")):
            done = self.inkling(*arguments, "--seed", seed, "--out", name)
            self.assertEqual((done.code, done.out), (0, ""), done.err)
        first, second, other = (read_tree(self.path(name)) for name in "abc")
        self.assertEqual(first, second)
        self.assertNotEqual(first, other)

    def test_an_unknown_scenario_is_a_wrong_use(self):
        done = self.inkling("gen", "--scenario", "no_such", "--out", "d")
        self.assertEqual(done.code, 2, done.err)
        self.assertIn("no_such", done.err)


class Incidents(ProgramTest):
    def setUp(self):
        super().setUp()
        logs, alarm = failing_service()
        self.write("data/logs.ndjson", logs)
        self.write("data/alarm.ndjson", alarm)
        done = self.inkling("replay", "data", "--store", "i.db", "--report-dir", "reports", "--quiet")
        self.assertEqual(done.code, 0, done.err)
        self.report = done.out

    def test_ls_show_and_report_tell_what_the_replay_found(self):
        done = self.inkling("incident", "ls", "--store", "i.db", "--output", "json")
        rows = done.rows()
        self.assertEqual((done.code, len(rows)), (0, 1), done.err)
        identity = rows[0]["id"]
        self.assertIn(identity[:8], self.inkling("incident", "ls", "--store", "i.db").out)
        show = self.inkling("incident", "show", identity[:6], "--store", "i.db")
        self.assertEqual(show.code, 0, show.err)
        self.assertIn(rows[0]["title"], show.out)
        markdown = self.inkling("report", identity, "--store", "i.db")
        self.assertEqual(markdown.code, 0, markdown.err)
        self.assertTrue(self.report.startswith(markdown.out.rstrip("\n")))
        as_json = self.inkling("report", identity, "--store", "i.db", "--form", "json")
        self.assertEqual(json.loads(as_json.out)["id"], identity)
        same = self.inkling("report", identity, "--store", "i.db", "--output", "json")
        self.assertEqual(same.out, as_json.out)

    def test_store_and_reports_go_where_the_configuration_says(self):
        self.write(
            "outputs.yaml", "outputs:\n  report:\n    directory: r2\n  store:\n    path: two.db\n"
        )
        done = self.inkling("replay", "data", "--config", "outputs.yaml", "--quiet")
        self.assertEqual(done.code, 0, done.err)
        rows = self.inkling("incident", "ls", "--store", "two.db", "--output", "json").rows()
        self.assertEqual(len(rows), 1)
        self.assertTrue(os.path.exists(self.path(f"r2/{rows[0]['id']}.html")))

    def test_html_from_the_store_is_the_html_of_the_replay(self):
        identity = self.inkling("incident", "ls", "--store", "i.db", "--output", "json").rows()[0]["id"]
        page = self.inkling("report", identity, "--store", "i.db", "--form", "html")
        self.assertEqual(page.code, 0, page.err)
        self.assertTrue(page.out.lower().startswith("<!doctype html>"))
        with open(self.path(f"reports/{identity}.html"), encoding="utf-8") as file:
            self.assertEqual(page.out.strip(), file.read().strip())

    def test_an_unknown_incident_is_named(self):
        for command in (["incident", "show"], ["report"]):
            done = self.inkling(*command, "zzzz", "--store", "i.db")
            self.assertEqual((done.code, done.out), (74, ""))
            self.assertIn("zzzz", done.err)


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    program.main()
