"""Numenta Anomaly Benchmark: its published scoring, from the description of it.

A series is a list of scores in [0, 1], one per row; a label window is a pair of row numbers.
Rows count in file order, also where times repeat or jump back.

  y        position relative to a window: -1 at its left end, 0 at its right end, beyond it > 0
  weight   2 / (1 + exp(5 y)) - 1, from +0.987 at the left end over 0 to -1
  in a window: only the first detection counts, tp * weight / weight(-1); none: -fn
  outside:     fp * weight of the distance from the window before, -1 far away or without one
Source: Lavin and Ahmad (2015), "Evaluating Real-time Anomaly Detection Algorithms".
"""

import bisect
import csv
import json
import math
from collections import namedtuple

from run_inkling import MissingData, find_folder, for_all
import verdicts

Profile = namedtuple("Profile", "name tp fp fn")
PROFILES = (Profile("standard", 1.0, 0.11, 1.0), Profile("low_fp", 1.0, 0.22, 1.0),
            Profile("low_fn", 1.0, 0.11, 2.0))
PROBATION_SHARE = 0.15
PROBATION_OF_AT_MOST = 5000  # rows; a longer file has no longer probation
FAR_BEHIND = 3.0  # windows; from here on a false positive weighs in full
DEFAULT_THRESHOLD = 0.5  # the alarm line of the product

Series = namedtuple("Series", "name scores windows")


def scaled_sigmoid(y):
    return -1.0 if y > FAR_BEHIND else 2.0 / (1.0 + math.exp(5.0 * y)) - 1.0


def probation_rows(rows):
    return int(PROBATION_SHARE * min(rows, PROBATION_OF_AT_MOST))


def relative_position(row, window):
    left, right = window
    # A window of one row is all left end.
    return -1.0 if right == left and row == left else (row - right) / max(right - left, 1)


def row_effects(rows, windows):
    """What a detection at each row means: (window number or None, weight before the profile)."""
    starts = [window[0] for window in windows]
    best = scaled_sigmoid(-1.0)
    effects = []
    for row in range(rows):
        number = bisect.bisect_right(starts, row) - 1
        if number < 0:
            effects.append((None, -1.0))
            continue
        weight = scaled_sigmoid(relative_position(row, windows[number]))
        inside = row <= windows[number][1]
        effects.append((number, weight / best) if inside else (None, weight))
    return effects


def scored_points(corpus):
    """All rows after probation: (score, (series, window) or None, weight), highest score first."""
    points = []
    for index, series in enumerate(corpus):
        effects = row_effects(len(series.scores), series.windows)
        first = probation_rows(len(series.scores))
        for row in range(first, len(effects)):
            number, weight = effects[row]
            window = None if number is None else (index, number)
            points.append((series.scores[row], window, weight))
    points.sort(key=lambda point: -point[0])
    return points


def sweep(points, windows, profile):
    """Raw score of the corpus for every threshold: [(threshold, raw)], falling thresholds.

    The first pair is the null detector's: a threshold above every score.
    """
    raw = -profile.fn * windows
    found = {}
    steps = [(math.inf, raw)]
    for index, (score, window, weight) in enumerate(points):
        if window is None:
            raw += profile.fp * weight
        else:
            value = profile.tp * weight
            before = found.get(window, -profile.fn)
            # The weight falls within the window: the first detection is the highest.
            if value > before:
                raw += value - before
                found[window] = value
        if index + 1 == len(points) or points[index + 1][0] != score:
            steps.append((score, raw))
    return steps


def best_threshold(steps):
    """The highest threshold that reaches the best raw score."""
    return max(steps, key=lambda step: (step[1], step[0]))[0]


def raw_at(steps, threshold):
    """Raw score when every row at or above the threshold is a detection."""
    return [raw for score, raw in steps if score >= threshold][-1]


def normalised(raw, windows, profile):
    """0 = nothing ever detected, 100 = each window at its first row and nothing else."""
    null = -profile.fn * windows
    perfect = profile.tp * windows
    return 100.0 * (raw - null) / (perfect - null)


def window_count(corpus):
    return sum(len(series.windows) for series in corpus)


def score_profile(corpus, profile):
    """(normalised score at the best threshold, at the default, cross-validated)."""
    windows = window_count(corpus)
    steps = sweep(scored_points(corpus), windows, profile)
    best = raw_at(steps, best_threshold(steps))
    default = raw_at(steps, DEFAULT_THRESHOLD)
    # Every second file, by name: each half is scored with the threshold the other one chose.
    halves = (corpus[0::2], corpus[1::2])
    swept = [sweep(scored_points(half), window_count(half), profile) for half in halves]
    crossed = sum(raw_at(swept[i], best_threshold(swept[1 - i])) for i in (0, 1))
    return tuple(normalised(raw, windows, profile) for raw in (best, default, crossed))


def figures(corpus):
    """Figures of a corpus with at least one window: [(name, value)]."""
    scores = {profile.name: score_profile(corpus, profile) for profile in PROFILES}
    named = [(f"nab.{name}", values[0]) for name, values in scores.items()]
    named.append(("nab.standard_default", scores["standard"][1]))
    named.append(("nab.standard_cv", scores["standard"][2]))
    return named


def window_rows(times, limits):
    """Row numbers of a label window, given as two times; None if it holds no row."""
    begin, end = (limit.split(".")[0] for limit in limits)
    if begin in times:
        left = times.index(begin)
        if end in times[left:]:
            return left, left + times[left:].index(end)
    inside = [row for row, time in enumerate(times) if begin <= time <= end]
    return (inside[0], inside[-1]) if inside else None


def is_layout(folder):
    return (folder / "labels" / "combined_windows.json").is_file() and (folder / "data").is_dir()


def score(directory):
    """([(figure, value)], [verdicts.Judged]) of directory/nab."""
    folder = find_folder(directory, "nab", is_layout)
    if folder is None:
        raise MissingData(f"no nab/labels/combined_windows.json in {directory}")
    labels = json.loads((folder / "labels" / "combined_windows.json").read_text())

    def one(path):
        name = path.relative_to(folder / "data").as_posix()
        judged = verdicts.judge(path, name)
        with open(path, newline="", encoding="utf-8") as file:
            times = [row[0] for row in list(csv.reader(file))[1:] if row]
        found = (window_rows(times, window) for window in labels.get(name, []))
        windows = sorted(window for window in found if window)
        return Series(name, judged.scores, windows), judged

    results = for_all(one, sorted((folder / "data").glob("*/*.csv")))
    if not any(series.windows for series, _ in results):
        raise MissingData(f"no labelled window in {folder}")
    return figures([series for series, _ in results]), [judged for _, judged in results]
