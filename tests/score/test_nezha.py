"""Making the inputs of a case, and judging its suspects."""

import json
import tempfile
import unittest
from pathlib import Path

import score_case  # noqa: F401
import nezha

POD = "ts-route-service-59b758674f-ptpg5"


def row(time, text, pod=POD):
    field = json.dumps({"log": text + "\n", "stream": "stdout"}).replace('"', '""')
    return f'{time},1,n,{pod},server,t,s,"{field}"\n'


HEADER = "Timestamp,TimeUnixNano,Node,PodName,Container,TraceID,SpanID,Log\n"


class NezhaTest(unittest.TestCase):
    def setUp(self):
        self._holder = tempfile.TemporaryDirectory()
        self.addCleanup(self._holder.cleanup)
        self.root = Path(self._holder.name)
        day = self.root / "rca_data" / "2024-05-06"
        normal = self.root / "construct_data" / "2024-05-06" / "log"
        (day / "log").mkdir(parents=True)
        normal.mkdir(parents=True)
        (normal / "10_00_log.csv").write_text(
            HEADER + row("2024-05-06T10:00:01.5Z", "calm") + row("2024-05-06T10:00:00.5Z", "first"))
        (day / "log" / "08_59_log.csv").write_text(HEADER + row("2024-05-06T08:58:30Z", "one"))
        (day / "log" / "09_00_log.csv").write_text(
            HEADER + row("2024-05-06T08:58:30Z", "one") + row("2024-05-06T09:00:30Z", "two"))
        (day / "2024-05-06-fault_list.json").write_text(json.dumps({"08": [
            {"inject_time": "2024-05-06 08:59:10", "inject_timestamp": "1",
             "inject_pod": POD, "inject_type": "return"}]}))
        (self.case,) = nezha.find_cases(self.root)

    def test_records_are_there_once_and_calm_ones_end_where_the_case_begins(self):
        records = nezha.case_records(self.root, self.case, "log")
        self.assertEqual([record["message"] for _, record in records],
                         ["first", "calm", "one", "two"])
        begin = nezha.parse_time("2024-05-06T08:58:30Z")
        self.assertEqual([time - begin for time, _ in records],
                         [-10**9 - 1, -1, 0, 120 * 10**9])
        self.assertEqual(records[0][1]["service"], "ts-route-service")

    def test_what_the_program_gets_holds_no_label(self):
        with tempfile.TemporaryDirectory() as name:
            nezha.write_case(self.root, self.case, ["log"], Path(name))
            alarm = json.loads((Path(name) / "alert.json").read_text())
            written = "".join(path.read_text() for path in Path(name).iterdir())
        self.assertNotIn("service", alarm)
        self.assertEqual(alarm["fired_at"], "2024-05-06T08:59:10.000000000Z")
        self.assertNotIn("inject", written)

    def test_a_message_that_is_no_object_is_kept_as_it_is(self):
        self.assertEqual(nezha.message_of('{"log":"cut'), '{"log":"cut')

    def test_rank_counts_services_only(self):
        rows = [{"kind": "change", "rank": 1, "id": "none"}, {"kind": "node", "rank": 2, "id": "b"},
                {"kind": "node", "rank": 1, "id": "a"}]
        self.assertEqual(nezha.rank_of(rows, "b"), 2)
        self.assertIsNone(nezha.rank_of(rows, "c"))

    def test_figures_count_all_and_each_kind(self):
        cases = [nezha.Case("d", "t", POD, "return"), nezha.Case("d", "t", POD, "exception"),
                 nezha.Case("d", "t", POD, "return")]
        figures = dict(nezha.figures_of("nezha", cases, [1, 4, None]))
        self.assertEqual(figures["nezha.top1"], 1)
        self.assertEqual(figures["nezha.top5"], 2)
        self.assertEqual(figures["nezha.return.top3"], 1)
        self.assertEqual(figures["nezha.exception.cases"], 1)


if __name__ == "__main__":
    unittest.main()
