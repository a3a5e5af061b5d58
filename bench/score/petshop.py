"""Faults in a shop of cloud services: metrics of 5 minutes and a call graph (petshop layout).

The program is told the alarm (node, metric, time) and the graph.
"""

import csv
import json

from ranking import (calibration, ids, judged_rows, rank_of, share, top, utc, write_lines,
                     write_metrics, write_topology)
from run_inkling import MissingData, Workspace, find_folder, for_all, replay

# With the units the data is documented to have.
NAMES = {"latency": "latency_seconds", "availability": "availability_percent"}


def read_edges(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    names = rows[0][1:]
    return [(row[0], names[i]) for row in rows[1:] for i, cell in enumerate(row[1:]) if cell and float(cell)]


def read_points(path):
    """Rows 1 to 3 name node, metric and statistic of each column; an empty field is no value."""
    with open(path, newline="", encoding="utf-8") as file:
        nodes, metrics, statistics, *rows = csv.reader(file)
    rows = [row for row in rows if row and row[0].replace(".", "").isdigit()]
    for row in rows:
        for i in range(1, len(row)):
            if row[i]:
                name = NAMES.get(metrics[i], metrics[i]) + "_" + statistics[i].lower()
                yield int(float(row[0])), nodes[i], "", name, "gauge", row[i]


def run_case(issue, edges):
    target = json.loads((issue / "target.json").read_text(encoding="utf-8"))["target"]
    with Workspace() as folder:
        write_metrics(folder / "metrics.csv", sorted(read_points(issue / "metrics.csv")))
        write_topology(folder / "graph.yaml", sorted(set(edges)))
        write_lines(folder / "alarm.ndjson",
                    [{"monitor": f"{target['node']} {target['metric']}", "service": target["node"],
                      "metric": target["metric"], "fired_at": utc(target["timestamp"]),
                      "severity": "high"}])
        return replay(["metrics.csv", "alarm.ndjson"], "suspects", "--config", "graph.yaml",
                      cwd=folder)


def score(directory):
    folder = find_folder(directory, "petshop", lambda found: any(found.glob("**/target.json")))
    if folder is None:
        raise MissingData(f"no petshop/**/target.json in {directory}")
    issues = sorted(path.parent for path in folder.glob("**/target.json"))

    def one(issue):
        truth = json.loads((issue / "target.json").read_text(encoding="utf-8"))
        answer = truth["root_cause"]["node"]
        rows = run_case(issue, read_edges(issue.parents[1] / "graph.csv"))
        return (rank_of(answer, ids(rows, "node")), judged_rows(rows, "node", answer),
                issue.parents[1].name)

    results = for_all(one, issues)
    judged = [pair for _, pairs, _ in results for pair in pairs]
    groups = {None: "petshop"} | {name: f"petshop.{name}" for _, _, name in results}
    figures = []
    for group, label in groups.items():
        chosen = [rank for rank, _, name in results if group in (None, name)]
        figures += [(f"{label}.top{k}", share(top(chosen, k), len(chosen))) for k in (1, 3)]
        figures.append((f"{label}.cases", len(chosen)))
    return [*figures, *calibration("petshop", judged)]
