"""Made-up incidents of a small shop: what is found, when, and which change is said to have caused it.

Each case is made by `inkling gen`: a kind of fault, with or without an innocent deploy just before,
with or without versions in the log lines, clean or noisy. The program gets logs, metrics and
changes, not the alarm: detection is its own. An incident is right if it begins near the fault and
names the faulty service or one in its blast radius; of several for one fault the first counts as
right, the others as false. quiet_week gives the false incidents of quiet data.
"""

import json
import subprocess
from collections import namedtuple
from datetime import datetime

from ranking import calibration, share
from run_inkling import ScoreError, Workspace, binary, for_all, replay

KINDS = ("bad_deploy", "surge_with_innocent_deploy", "slow_database", "memory_leak",
         "queue_backlog", "dependency_outage", "log_flood", "silent_service", "clock_skew")
EARLY_S = 300  # an onset may be found this much before the fault begins
NOISE = "3"
Case = namedtuple("Case", "kind innocent labelled noisy")
Outcome = namedtuple("Outcome", "expected found right total delay caused caused_right culprit "
                                "judged")


def all_cases():
    """Every kind four times clean, and noisy with everything that makes it hard."""
    clean = [Case(kind, innocent, labelled, False)
             for kind in KINDS for innocent in (False, True) for labelled in (True, False)]
    return clean + [Case(kind, True, False, True) for kind in KINDS]


def seconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def make(case, folder):
    command = [binary(), "gen", "--scenario", case.kind, "--out", str(folder / "case"), "--seed",
               "7"]
    command += ["--innocent-deploy"] if case.innocent else []
    command += [] if case.labelled else ["--unlabelled-versions"]
    command += ["--noise", NOISE] if case.noisy else []
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode != 0:
        raise ScoreError(f"exit {done.returncode} of {' '.join(command)}")
    return json.loads((folder / "case" / "ground_truth.json").read_text(encoding="utf-8"))


def window_seconds(path):
    """The sampling period of the metrics: the most frequent step of their times."""
    times = sorted({json.loads(line)["time"] for line in
                    path.read_text(encoding="utf-8").splitlines()[:2000]})
    steps = [seconds(b) - seconds(a) for a, b in zip(times, times[1:])]
    return max(10.0, max(set(steps), key=steps.count)) if steps else 10.0


def is_of_fault(incident, truth):
    places = {truth["service"], *truth.get("blast_radius", [])}
    named = {service["service"] for service in incident["services"]}
    near = seconds(truth["onset"]) - EARLY_S <= seconds(incident["onset"])
    return near and bool(places & named)


def judge(incidents, truth, window):
    """What the incidents of one case are worth against its truth."""
    expected = truth["incident"] == "expected"
    hits = [one for one in incidents if expected and is_of_fault(one, truth)]
    culprit = truth.get("culprit_commit") or None
    caused = [suspect["id"] for one in incidents for suspect in one["changes"]
              if suspect["verdict"] == "caused"]
    # What carries no commit is known by its version.
    right_ids = {culprit, truth.get("culprit_version")}
    first = min(hits, key=lambda one: one["opened"], default=None)
    delay = None
    if first:
        delay = max(0.0, seconds(first["opened"]) - seconds(truth["onset"])) / window
    judged = [(suspect["p"], suspect["id"] in right_ids)
              for suspect in (first["changes"][:3] if first else [])]
    return Outcome(expected=expected, found=bool(hits), right=min(len(hits), 1),
                   total=len(incidents), delay=delay, caused=len(caused),
                   caused_right=sum(name in right_ids for name in caused),
                   culprit=culprit is not None, judged=judged)


def run_case(case):
    with Workspace() as folder:
        truth = make(case, folder)
        data = folder / "case" / "data"
        (data / "alarms.ndjson").unlink(missing_ok=True)
        incidents = replay(["data"], "incidents", cwd=folder / "case")
        return judge(incidents, truth, window_seconds(data / "metrics.ndjson"))


def quantile(values, q):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else 0.0


def false_per_service_week():
    with Workspace() as folder:
        truth = make(Case("quiet_week", False, True, False), folder)
        data = folder / "case" / "data"
        (data / "alarms.ndjson").unlink(missing_ok=True)
        services = set()
        with open(data / "metrics.ndjson", encoding="utf-8") as file:
            for line in file:
                services.add(json.loads(line).get("service", ""))
        incidents = replay(["data"], "incidents", cwd=folder / "case")
    weeks = (seconds(truth["end"]) - seconds(truth["begin"])) / (7 * 86400)
    return len(incidents) / (max(len(services - {""}), 1) * weeks)


def figures_of(outcomes):
    delays = [outcome.delay for outcome in outcomes if outcome.delay is not None]
    right = sum(outcome.caused_right for outcome in outcomes)
    culprits = [outcome for outcome in outcomes if outcome.culprit]
    return [("scenarios.precision", share(sum(o.right for o in outcomes),
                                          sum(o.total for o in outcomes))),
            ("scenarios.recall", share(sum(o.found for o in outcomes),
                                       sum(o.expected for o in outcomes))),
            ("scenarios.caused_precision", share(right, sum(o.caused for o in outcomes))),
            ("scenarios.caused_recall", share(sum(o.caused_right > 0 for o in culprits),
                                              len(culprits))),
            ("scenarios.delay_p50_windows", quantile(delays, 0.5)),
            ("scenarios.delay_p95_windows", quantile(delays, 0.95)),
            ("scenarios.cases", len(outcomes))]


def score(_directory):
    outcomes = for_all(run_case, all_cases())
    judged = [pair for outcome in outcomes for pair in outcome.judged]
    return [*figures_of(outcomes),
            ("scenarios.false_per_service_week", false_per_service_week()),
            *calibration("scenarios", judged)]
