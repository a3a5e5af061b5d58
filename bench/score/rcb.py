"""Incidents with a culprit commit, or none, among innocent ones (rootcausebench layout).

The program gets a copy of a case's data/ folder; ground_truth.json lies outside it.
"""

import json
import shutil
from collections import namedtuple

from ranking import by_rank, calibration, judged_rows
from run_inkling import MissingData, Workspace, find_folder, for_all, replay

NONE = "none"
ALERT = "alert.json"  # what a blind run does not see
Outcome = namedtuple("Outcome", "exact top3 first_service decoys_caused")


def judge(rows, truth):
    """What the suspects of one case are worth against its truth."""
    changes = by_rank(rows, "change")
    nodes = by_rank(rows, "node")
    culprit = truth["root_cause_commit"]
    answer = max(changes, key=lambda row: (row["p"], -row["rank"]))["id"] if changes else None
    named = [row["id"] for row in changes if row["id"] != NONE]
    decoys = set(truth.get("decoy_deploy_commits", []))
    return Outcome(
        exact=answer == culprit,
        # Without a culprit there is nothing to be among the first three.
        top3=culprit != NONE and culprit in named[:3],
        first_service=bool(nodes) and nodes[0]["id"] == truth["first_failing_service"],
        decoys_caused=sum(row["id"] in decoys and row["verdict"] == "caused" for row in changes))


def run_case(case, blind=False):
    with Workspace() as folder:
        shutil.copytree(case / "data", folder / "data",
                        ignore=shutil.ignore_patterns(ALERT) if blind else None)
        return replay(["data"], "suspects", cwd=folder)


def is_layout(folder):
    return any("root_cause_commit" in path.read_text(encoding="utf-8")
               for path in folder.glob("*/ground_truth.json"))


def score(directory):
    folder = find_folder(directory, "rootcausebench", is_layout)
    if folder is None:
        raise MissingData(f"no rootcausebench/*/ground_truth.json in {directory}")
    cases = sorted(path.parent for path in folder.glob("*/ground_truth.json"))

    def one(case):
        truth = json.loads((case / "ground_truth.json").read_text(encoding="utf-8"))
        rows = run_case(case)
        return (judge(rows, truth), judge(run_case(case, blind=True), truth),
                judged_rows(rows, "change", truth["root_cause_commit"]))

    outcomes = for_all(one, cases)
    told = [outcome for outcome, _, _ in outcomes]
    judged = [pair for _, _, pairs in outcomes for pair in pairs]
    return [("rcb.exact", sum(outcome.exact for outcome in told)),
            ("rcb.top3", sum(outcome.top3 for outcome in told)),
            ("rcb.first_service", sum(outcome.first_service for outcome in told)),
            ("rcb.first_service_blind", sum(blind.first_service for _, blind, _ in outcomes)),
            ("rcb.decoys_caused", sum(outcome.decoys_caused for outcome in told)),
            ("rcb.cases", len(cases)), *calibration("rcb", judged)]
