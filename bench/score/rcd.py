"""Faults of one service in a shop, metrics at 1 s, no call graph (rcd layout).

The program is told the onset as an alarm without a service.
"""

import csv

from ranking import (average_at, calibration, ids, judged_rows, rank_of, share, top, utc,
                     write_lines, write_metrics)
from run_inkling import MissingData, Workspace, find_folder, for_all, replay

# Abbreviations of the columns, written out.
WORDS = {"cpu": "cpu_usage", "mem": "memory_usage", "lod": "load", "lat": "latency"}


def metric_name(short):
    head, _, rest = short.partition("_")
    return WORDS.get(head, head) + (f"_p{rest}" if rest else "")


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def points(rows, first_time):
    """The rows in the program's input, their times moved so that the first is at first_time."""
    begin = int(rows[0]["time"])
    for row in rows:
        time = first_time + int(row["time"]) - begin
        for column, value in row.items():
            if column == "time" or not column:
                continue
            service, _, short = column.partition("_")
            yield time, service, "", metric_name(short), "gauge", value


def run_case(case):
    normal, anomalous = read(case / "normal.csv"), read(case / "anomalous.csv")
    onset = int(normal[-1]["time"]) + 1
    with Workspace() as folder:
        write_metrics(folder / "metrics.csv",
                      [*points(normal, int(normal[0]["time"])), *points(anomalous, onset)])
        write_lines(folder / "alarm.ndjson",
                    [{"monitor": "shop", "fired_at": utc(onset), "severity": "high"}])
        return replay(["metrics.csv", "alarm.ndjson"], "suspects", cwd=folder)


def score(directory):
    folder = find_folder(directory, "rcd", lambda found: any(found.glob("*/*/*/normal.csv")))
    if folder is None:
        raise MissingData(f"no rcd/*/*/*/normal.csv in {directory}")
    cases = sorted(path.parent for path in folder.glob("*/*/*/normal.csv"))

    def one(case):
        answer = case.parent.name.rpartition("-")[0]
        rows = run_case(case)
        return rank_of(answer, ids(rows, "node")), judged_rows(rows, "node", answer)

    results = for_all(one, cases)
    ranks = [rank for rank, _ in results]
    judged = [pair for _, pairs in results for pair in pairs]
    return [("rcd.ac1", share(top(ranks, 1), len(ranks))), ("rcd.avg5", average_at(ranks)),
            ("rcd.cases", len(ranks)), *calibration("rcd", judged)]
