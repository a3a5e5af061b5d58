"""Log templates against labelled ones: grouping accuracy and F1 over groups.

GA  = share of lines whose predicted group holds exactly the lines of its true group.
FGA = F1 over groups: those predicted exactly right, of the predicted and of the true ones.
Source of FGA: Jiang et al. (2024), "A Large-Scale Evaluation for Log Parsing Techniques".
"""

import csv
import random
from collections import Counter, namedtuple

from run_inkling import MissingData, Workspace, find_folder, for_all, replay, rows_by_line

SHUFFLE_SEED = 1
TABLE = ".log_structured.csv"  # beside it lies the .log
Scores = namedtuple("Scores", "system ga fga raw_ga stable same")


def exact_groups(predicted, truth):
    """(lines in exactly right groups, number of such groups)."""
    pairs = Counter(zip(predicted, truth))
    sizes_predicted = Counter(predicted)
    sizes_true = Counter(truth)
    right = [count for (p, t), count in pairs.items()
             if count == sizes_predicted[p] == sizes_true[t]]
    return sum(right), len(right)


def grouping_accuracy(predicted, truth):
    return exact_groups(predicted, truth)[0] / len(truth)


def group_f1(predicted, truth):
    right = exact_groups(predicted, truth)[1]
    return 2.0 * right / (len(set(predicted)) + len(set(truth)))


def same_share(first, second):
    """Share of lines whose group in `second` is the one their group in `first` went to.

    Groups correspond if each holds more lines of the other than of any third one.
    """
    pairs = Counter(zip(first, second))
    best_of_first, best_of_second = {}, {}
    for (a, b), count in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        best_of_first.setdefault(a, b)
        best_of_second.setdefault(b, a)
    kept = sum(count for (a, b), count in pairs.items()
               if best_of_first[a] == b and best_of_second[b] == a)
    return kept / len(first)


def template_rows(lines, name, what, *options):
    """The program's row for each of the lines."""
    with Workspace() as folder:
        (folder / name).write_bytes(b"".join(line + b"\n" for line in lines))
        return rows_by_line(replay([name], "templates", *options, cwd=folder), 1, len(lines), what)


def read_table(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def score_system(path):
    base = path.name.removesuffix(TABLE)
    system = base.removesuffix("_2k")
    table = read_table(path)
    truth = [row["EventId"] for row in table]
    contents = [row["Content"].encode() for row in table]
    rows = template_rows(contents, f"{system}.txt", f"{system} messages", "--format", "message")
    groups = [row["template_id"] for row in rows]
    stable = sum(row["arrival_id"] == row["template_id"] for row in rows) / len(rows)

    order = list(range(len(contents)))
    random.Random(SHUFFLE_SEED).shuffle(order)
    mixed = template_rows([contents[i] for i in order], f"{system}.txt", f"{system} shuffled",
                          "--format", "message")
    back = [""] * len(order)
    for place, line in enumerate(order):
        back[line] = mixed[place]["template_id"]

    raw = path.with_name(f"{base}.log").read_bytes()
    raw_lines = [line.removesuffix(b"\r") for line in raw.removesuffix(b"\n").split(b"\n")]
    raw_rows = template_rows(raw_lines, f"{system}.log", f"{system} raw lines")
    raw_groups = [row["template_id"] for row in raw_rows]
    return Scores(system, grouping_accuracy(groups, truth), group_f1(groups, truth),
                  grouping_accuracy(raw_groups, truth), stable, same_share(groups, back))


def is_layout(folder):
    return any(folder.glob(f"*/*{TABLE}"))


def score(directory):
    folder = find_folder(directory, "loghub", is_layout)
    if folder is None:
        raise MissingData(f"no loghub/*/*{TABLE} in {directory}")
    systems = for_all(score_system, sorted(folder.glob(f"*/*{TABLE}")))

    def mean(field):
        return sum(getattr(system, field) for system in systems) / len(systems)

    figures = [("templates.ga", mean("ga")), ("templates.fga", mean("fga")),
               ("templates.raw_ga", mean("raw_ga"))]
    for system in systems:
        figures.append((f"templates.{system.system}.ga", system.ga))
        figures.append((f"templates.{system.system}.fga", system.fga))
        figures.append((f"templates.{system.system}.raw_ga", system.raw_ga))
    figures.append(("templates.stable_id", mean("stable")))
    figures.append(("templates.shuffled_same", mean("same")))
    return figures
