#!/usr/bin/env python3
"""Accuracy on labelled data: prints "suite.figure value" lines.

usage: scripts/dev score [SUITE] [DIRECTORY]    SUITE: see SUITES; all of them without one
DIRECTORY holds the data (default: $INKLING_SCORE_DATA, else ../shared/data beside the project).
Exit codes: 0 ok, 1 the program failed or broke its contract, 2 usage, 69 no data.
"""

import os
import sys
from pathlib import Path

import changerca
import events
import kontrast
import mergers
import nab
import nezha
import petshop
import rcb
import rcd
import scenarios
import sampling
import templates
import verdicts
from run_inkling import ROOT, MissingData, ScoreError, say

EXIT_FAILED, EXIT_USAGE, EXIT_UNAVAILABLE = 1, 2, 69


def metrics(directory):
    """Figures of those of nab, wsd and mscloud that are there; the first error if none is."""
    parts = (nab.score, lambda d: events.score(d, "wsd", events.WSD),
             lambda d: events.score(d, "mscloud", events.MSCLOUD))
    figures, judged, missing = [], [], []
    for part in parts:
        try:
            found, series = part(directory)
        except MissingData as error:
            missing.append(error)
            continue
        figures += found
        judged += series
    if not figures:
        raise missing[0]
    for error in missing:
        say(f"skipped: {error}")
    return figures + [("alerts_per_series_day", verdicts.alerts_per_series_day(judged))]


# A suite is a function from the directory of the data to [(figure, value)].
SUITES = {"metrics": metrics, "sampling": sampling.score, "templates": templates.score, "rcb": rcb.score,
          "changerca": changerca.score, "petshop": petshop.score, "rcd": rcd.score,
          "kontrast": kontrast.score,
          "scenarios": scenarios.score, "nezha": nezha.score, "nezha.logs": nezha.score_logs}


def print_figures(figures):
    for name, value in figures:
        print(f"{name} {value}" if isinstance(value, int) else f"{name} {value:.4f}")
    sys.stdout.flush()


# Comparisons, only when asked for: `score SUITE --OPTION [DIRECTORY]`.
OPTIONS = {("templates", "--mergers"): mergers.score}


def main(arguments):
    suites = SUITES
    if len(arguments) > 1 and tuple(arguments[:2]) in OPTIONS:
        suites = {arguments[0]: OPTIONS[tuple(arguments[:2])]}
        arguments = arguments[:1] + arguments[2:]
    if len(arguments) > 2 or (arguments and arguments[0] not in SUITES):
        say(f"usage: scripts/dev score [suite] [directory]; suites: {' '.join(SUITES)}")
        return EXIT_USAGE
    fallback = os.environ.get("INKLING_SCORE_DATA") or ROOT.parent / "shared" / "data"
    directory = Path(arguments[1] if len(arguments) > 1 else fallback)
    if not directory.is_dir():
        say(f"no data for scoring: {directory} (INKLING_SCORE_DATA)")
        return EXIT_UNAVAILABLE
    wanted = arguments[:1] or list(SUITES)
    scored = 0
    for suite in wanted:
        try:
            print_figures(suites[suite](directory))
            scored += 1
        except MissingData as error:
            say(f"{suite}: {error}")
        except ScoreError as error:
            say(f"{suite}: {error}")
            return EXIT_FAILED
    return 0 if scored else EXIT_UNAVAILABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
