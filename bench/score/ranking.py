"""What the suites of causes share: rows of suspects, ranks, inputs, and calibration.

Calibration: of the suspects that were given a probability in a band, the share that was right.
"""

import csv
import json
from datetime import datetime, timezone

METRICS_HEADER = ("timestamp", "service", "version", "metric", "kind", "value")
BANDS = ((0.0, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 0.85), (0.85, 1.01))
NONE = "none"


def by_rank(rows, kind):
    return sorted((row for row in rows if row["kind"] == kind), key=lambda row: row["rank"])


def ids(rows, kind):
    """The suspects of one kind, the most suspected first, without "none"."""
    return [row["id"] for row in by_rank(rows, kind) if row["id"] != NONE]


def rank_of(answer, ordered):
    """From 0; None if it is not there."""
    return ordered.index(answer) if answer in ordered else None


def top(ranks, k):
    return sum(rank is not None and rank < k for rank in ranks)


def share(count, total):
    return count / total if total else 0.0


def average_at(ranks, most=5):
    """Mean over k of the share of cases whose answer is among the first k."""
    return sum(share(top(ranks, k), len(ranks)) for k in range(1, most + 1)) / most


def calibration(suite, judged):
    """Figures of [(p, was it right)]: per band the share that was right, and the mean distance."""
    figures = []
    distance = 0.0
    for low, high in BANDS:
        band = [(p, right) for p, right in judged if low <= p < high]
        if not band:
            continue
        right = share(sum(right for _, right in band), len(band))
        distance += abs(sum(p for p, _ in band) / len(band) - right) * len(band)
        figures.append((f"{suite}.right_of_p{round(100 * low)}_{round(100 * min(high, 1))}", right))
        figures.append((f"{suite}.count_of_p{round(100 * low)}_{round(100 * min(high, 1))}",
                        len(band)))
    figures.append((f"{suite}.calibration_error", share(distance, len(judged))))
    return figures


def judged_rows(rows, kind, answer, most=3):
    """[(p, right)] of the first few suspects; for changes "none" is a verdict like another."""
    return [(row["p"], row["id"] == answer) for row in by_rank(rows, kind)[:most]]


def write_metrics(path, rows):
    """rows: (timestamp, service, version, metric, kind, value)."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(METRICS_HEADER)
        writer.writerows(rows)


def write_lines(path, objects):
    path.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")


def write_topology(path, edges):
    """A configuration file that declares who calls whom: (caller, callee)."""
    lines = ["topology:", "  calls:"]
    for caller, callee in edges:
        lines.append(f"    - {{caller: {json.dumps(caller)}, callee: {json.dumps(callee)}}}")
    path.write_text("\n".join(lines) + "\n" if edges else "{}\n", encoding="utf-8")


def utc(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat().replace("+00:00", "Z")
