"""Event F1 and average precision of alerts against labelled segments (wsd, mscloud).

An alert is a row whose score reaches the threshold; one threshold for the corpus. Labelled rows
with small gaps are one segment; it is found if an alert lies inside it or in the margins around
it. Every alert outside all of these is false, consecutive ones too.

  precision = found segments / (found segments + false alerts),  recall = found / all segments
  AP = sum over falling thresholds of precision * gain in recall
"""

import csv
from collections import namedtuple

from run_inkling import MissingData, find_folder, for_all
import verdicts

# gap, before, after: rows. skip(rows): so many at the start are streamed and not scored.
Scheme = namedtuple("Scheme", "gap before after skip")
WSD = Scheme(10, 2, 10, lambda rows: 1440)  # the first day, one row a minute
MSCLOUD = Scheme(3, 1, 3, lambda rows: int(0.15 * rows))
DEFAULT_THRESHOLD = 0.5

Series = namedtuple("Series", "scores labels")


def segments(labels, gap):
    """Runs of labelled rows as (first, last); at most `gap` unlabelled rows inside one."""
    found = []
    for row, label in enumerate(labels):
        if not label:
            continue
        if found and row - found[-1][1] <= gap + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found


def points(corpus, scheme):
    """([(score, segments it finds)], number of segments); a false alert finds none."""
    listed = []
    total = 0
    for series in corpus:
        first = scheme.skip(len(series.scores))
        owners = [[] for _ in series.scores]
        for left, right in segments(series.labels, scheme.gap):
            if right < first:
                continue
            for row in range(max(left - scheme.before, first),
                             min(right + scheme.after, len(owners) - 1) + 1):
                owners[row].append(total)
            total += 1
        listed += [(series.scores[row], owners[row]) for row in range(first, len(owners))]
    listed.sort(key=lambda point: -point[0])
    return listed, total


def curve(listed, total):
    """[(threshold, precision, recall)] for every score above 0, falling."""
    found = set()
    false = 0
    steps = []
    for index, (score, owners) in enumerate(listed):
        if score <= 0.0:
            break
        found.update(owners)
        false += not owners
        if index + 1 == len(listed) or listed[index + 1][0] != score:
            hits = len(found)
            steps.append((score, hits / (hits + false), hits / total))
    return steps


def f1(precision, recall):
    return 2.0 * precision * recall / (precision + recall) if precision + recall else 0.0


def best_f1(steps):
    return max((f1(p, r) for _, p, r in steps), default=0.0)


def f1_at(steps, threshold):
    reached = [f1(p, r) for score, p, r in steps if score >= threshold]
    return reached[-1] if reached else 0.0


def average_precision(steps):
    area = 0.0
    before = 0.0
    for _, precision, recall in steps:
        area += precision * (recall - before)
        before = recall
    return area


def read_labels(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return [float(row[-1] or 0) > 0 for row in list(csv.reader(file))[1:] if row]


def score(directory, name, scheme):
    """([(figure, value)], [verdicts.Judged]) of directory/<name>."""
    folder = find_folder(directory, name, lambda found: found.name == name)
    paths = sorted(folder.rglob("*.csv")) if folder else []
    if not paths:
        raise MissingData(f"no {name}/**/*.csv in {directory}")

    def one(path):
        judged = verdicts.judge(path, path.relative_to(folder).as_posix())
        return Series(judged.scores, read_labels(path)), judged

    results = for_all(one, paths)
    steps = curve(*points([series for series, _ in results], scheme))
    figures = [(f"{name}.f1", best_f1(steps)), (f"{name}.ap", average_precision(steps)),
               (f"{name}.f1_default", f1_at(steps, DEFAULT_THRESHOLD))]
    return figures, [judged for _, judged in results]
