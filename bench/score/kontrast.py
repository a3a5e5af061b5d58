"""KPIs around a change: did it change them? (kontrast layout)

The program is told the series and the time of the change.
"""

import csv
import shutil

from ranking import utc, write_lines
from run_inkling import MissingData, Workspace, find_folder, for_all, replay

CONFIG = "config/aiops2018.csv"
MOVED = 1.5  # score from which a series counts as moved: residuals half as large again


def auc(scored):
    """Area under the ROC curve of [(score, label)]; ties count half."""
    good = [score for score, label in scored if label]
    bad = [score for score, label in scored if not label]
    wins = sum((a > b) + 0.5 * (a == b) for a in good for b in bad)
    return wins / (len(good) * len(bad)) if good and bad else 0.0


def run_case(series, change_time):
    with Workspace() as folder:
        shutil.copyfile(series, folder / "series.csv")
        write_lines(folder / "changes.ndjson",
                    [{"kind": "deploy", "id": "change", "time": utc(change_time)}])
        rows = replay(["series.csv", "changes.ndjson"], "impacts", cwd=folder)
    return max((row["score"] for row in rows), default=0.0)


def score(directory):
    folder = find_folder(directory, "kontrast", lambda found: (found / CONFIG).is_file())
    if folder is None:
        raise MissingData(f"no kontrast/{CONFIG} in {directory}")
    with open(folder / CONFIG, newline="", encoding="utf-8") as file:
        cases = list(csv.DictReader(file))

    def one(case):
        path = folder / "data" / "aiops2018" / f"{case['instance_name']}${case['metric']}.csv"
        return run_case(path, int(case["change_start"])), case["label"] == "1"

    scored = for_all(one, cases)
    # Pairs: cases alternate between the two labels.
    halves = [auc([one for i, one in enumerate(scored) if i // 2 % 2 == half]) for half in (0, 1)]
    moved = [label for value, label in scored if value >= MOVED]
    return [("kontrast.auc", auc(scored)), ("kontrast.auc_worse_half", min(halves)),
            ("kontrast.right_of_moved", sum(moved) / len(moved) if moved else 0.0),
            ("kontrast.cases", len(scored))]
