"""Verdicts of the program on one file of a per-point series."""

from collections import namedtuple

import run_inkling

# days: from the first to the last time; alerts: runs of rows that are anomalous.
Judged = namedtuple("Judged", "name scores anomalous days alerts")

LABEL_COLUMNS = ("label",)
SECONDS_PER_DAY = 86400.0


def without_labels(lines):
    """The lines of a CSV file without its last column, if that is the label."""
    if lines and lines[0].rsplit(",", 1)[-1].strip().strip('"').lower() in LABEL_COLUMNS:
        return [line.rsplit(",", 1)[0] for line in lines]
    return lines


def runs(flags):
    """Number of runs of consecutive true flags."""
    return sum(1 for i, flag in enumerate(flags) if flag and (i == 0 or not flags[i - 1]))


def seconds(time):
    """Seconds since 1970 of a time as the program prints it (RFC 3339 in UTC)."""
    from datetime import datetime

    return datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def judge(path, name):
    """Replays one CSV file without its labels; exactly one verdict per row, in file order."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    count = len([line for line in lines[1:] if line.strip()])
    if count != len(lines) - 1:
        raise run_inkling.ScoreError(f"{name}: empty lines inside")
    with run_inkling.Workspace() as folder:
        copy = folder / path.name
        copy.write_text("\n".join(without_labels(lines)) + "\n", encoding="utf-8")
        rows = run_inkling.replay([copy.name], "verdicts", cwd=folder)
    ordered = run_inkling.rows_by_line(rows, 2, count, name)
    scores = [row["score"] for row in ordered]
    if not all(0.0 <= score <= 1.0 for score in scores):
        raise run_inkling.ScoreError(f"{name}: a score outside [0, 1]")
    flags = [bool(row["anomalous"]) for row in ordered]
    for row in ordered:
        if row["anomalous"] != (row["score"] >= 0.5):
            raise run_inkling.ScoreError(f"{name}: anomalous and score disagree: line {row['line']}")
    times = [seconds(row["time"]) for row in ordered]
    days = (max(times) - min(times)) / SECONDS_PER_DAY if times else 0.0
    return Judged(name, scores, flags, days, runs(flags))


def alerts_per_series_day(judged):
    """Alerts at the default sensitivity per day of a series, over all the files."""
    days = sum(one.days for one in judged)
    return sum(one.alerts for one in judged) / days if days else 0.0
