"""Canary releases, several at once: which one broke it? (changerca layout)

The program is told the plan of releases, the call graph and when the fault was detected; metrics
are per pod, call and minute, of the version the pod runs.
"""

import csv
import json
from collections import namedtuple

from ranking import (calibration, ids, judged_rows, rank_of, share, top, utc, write_lines,
                     write_topology)
from run_inkling import MissingData, Workspace, find_folder, for_all, replay

HEADER = ("timestamp", "service", "version", "metric", "kind", "value", "pod", "caller", "callee")
DELAYS_S = (60, 180)
Result = namedtuple("Result", "rank rank_later judged")

COLUMNS = {"SuccessRate": "success_rate_percent", "Latency": "latency_ms",
           "CPUUsageRate(%)": "cpu_usage_percent", "MemoryUsageRate(%)": "memory_usage_percent"}
OF_THE_CALL = ("SuccessRate", "Latency")


def read_points(path):
    """The file is named POD_CALLER_CALLEE.csv, the pod SERVICE-VERSION-HASH-HASH."""
    pod, caller, callee = path.stem.split("_")
    service, version = pod.split("-")[:2]
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for column, name in COLUMNS.items():
                if row.get(column):
                    yield (int(row["Timestamp"]), service, version, name, "gauge", row[column], pod,
                           caller, callee)


def deploys(plan, until):
    for service, release in plan.items():
        if release["release_time"] <= until:
            yield {"kind": "deploy", "id": f"release-{service}", "service": service,
                   "version": "v2", "time": utc(release["release_time"])}


def run_case(case, delay):
    plan = json.loads(next(case.glob("*_*.json")).read_text(encoding="utf-8"))
    detected = plan["detect_timestamp"]
    until = detected + delay
    rows = sorted(point for path in case.glob("*-v[0-9]*_*_*.csv") for point in read_points(path)
                  if point[0] <= until)
    with open(case / "dependency.csv", newline="", encoding="utf-8") as file:
        edges = [(row["Source"], row["Target"]) for row in csv.DictReader(file)]
    with Workspace() as folder:
        with open(folder / "metrics.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADER)
            writer.writerows(rows)
        write_topology(folder / "graph.yaml", sorted(set(edges)))
        write_lines(folder / "changes.ndjson", deploys(plan["plan"], until))
        write_lines(folder / "alarm.ndjson",
                    [{"monitor": "release", "fired_at": utc(detected), "severity": "high"}])
        return plan["fault_release_service"], replay(
            ["metrics.csv", "changes.ndjson", "alarm.ndjson"], "suspects", "--config", "graph.yaml",
            cwd=folder)


def score(directory):
    def is_layout(found):
        return any(found.glob("data/*/*/dependency.csv"))

    folder = find_folder(directory, "changerca", is_layout)
    if folder is None:
        raise MissingData(f"no changerca/data/*/*/dependency.csv in {directory}")
    cases = sorted(path.parent for path in folder.glob("data/*/*/dependency.csv"))

    def one(case):
        ranks, judged = [], []
        for delay in DELAYS_S:
            service, rows = run_case(case, delay)
            answer = f"release-{service}"
            ranks.append(rank_of(answer, ids(rows, "change")))
            judged = judged_rows(rows, "change", answer, most=4)
        return Result(*ranks, judged)

    results = for_all(one, cases)
    later = [result.rank_later for result in results]
    judged = [pair for result in results for pair in result.judged]
    first = [result.rank for result in results]
    return [("changerca.top1_60s", share(top(first, 1), len(first))),
            ("changerca.top1_180s", share(top(later, 1), len(later))),
            ("changerca.top3", share(top(later, 3), len(later))),
            ("changerca.cases", len(results)), *calibration("changerca", judged)]
