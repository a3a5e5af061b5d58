"""Which service is at fault, among forty that call each other (nezha layout).

A case is one injected fault. The program gets, as a run of its own: the records of the fault-free
minutes, moved in time to end where the case begins; the records of the files of the minute of the
injection and the two after it, each once; and an alarm without a service at the time of the
injection. What was injected, and where, stays outside.
"""

import csv
import io
import json
import shutil
import subprocess
from collections import namedtuple
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from ranking import by_rank, calibration, judged_rows, share, write_metrics
from run_inkling import MissingData, ScoreError, Workspace, find_folder, for_all, replay

FILES_PER_CASE = 3  # one a minute
CODE_FAULTS = ("return", "exception")
KINDS = {  # what a file of a case is called beside its folder, and how its rows become records
    "log": "logs.ndjson",
    "trace": "spans.json",  # one document: parents are looked for within it
}
METRICS = "metrics.csv"
MINUTES_BEFORE, MINUTES_AFTER = 30, 3  # of metrics around a case
# Columns of metrics, in the words and with the units the program knows.
COLUMNS = {
    "CpuUsageRate(%)": "cpu_usage_percent", "MemoryUsageRate(%)": "memory_usage_percent",
    "SyscallRead": "syscalls_read", "SyscallWrite": "syscalls_write",
    "NetworkReceiveBytes": "network_received_bytes",
    "NetworkTransmitBytes": "network_sent_bytes",
    "PodServerLatencyP95(s)": "server_latency_p95_seconds",
    "PodClientLatencyP95(s)": "client_latency_p95_seconds",
    "PodWorkload(Ops)": "requests_per_second",
}
Case = namedtuple("Case", "day time pod kind")


def service_of(pod):
    """ts-route-service-59b758674f-ptpg5 -> ts-route-service."""
    return pod.rsplit("-", 2)[0]


def read_rows(path):
    """Rows of a CSV file, plain or compressed; quotes inside fields may be long."""
    csv.field_size_limit(1 << 30)
    if path.suffix != ".zst":
        text = path.read_text(encoding="utf-8")
    else:
        if not shutil.which("zstd"):
            raise ScoreError(f"zstd is needed to read {path}")
        text = subprocess.run(["zstd", "-dcq", str(path)], stdin=subprocess.DEVNULL,
                              capture_output=True, check=True).stdout.decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def find_file(folder, name):
    for path in (folder / name, folder / f"{name}.zst"):
        if path.is_file():
            return path
    return None


def parse_time(text):
    """Nanoseconds since 1970 of 2023-01-29T08:48:42.425293566Z, or without zone and fraction (UTC)."""
    text = text.strip().removesuffix("Z").replace(" ", "T")
    whole, _, fraction = text.partition(".")
    moment = datetime.fromisoformat(whole).replace(tzinfo=timezone.utc)
    return int(moment.timestamp()) * 10**9 + int((fraction or "0").ljust(9, "0")[:9])


def format_time(nanoseconds):
    seconds, rest = divmod(nanoseconds, 10**9)
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def message_of(field):
    """The line a container wrote, out of the JSON object its runtime made of it."""
    try:
        return json.loads(field)["log"].rstrip("\n")
    except (ValueError, KeyError, TypeError):
        return field


def log_records(path):
    """(time in ns, record without time) of each row of a log file."""
    return [(parse_time(row["Timestamp"]),
             {"service": service_of(row["PodName"]), "message": message_of(row["Log"])})
            for row in read_rows(path)]


def span_records(path):
    """(time in ns, span without time) of each row of a trace file."""
    return [(int(row["StartTimeUnixNano"]),
             {"trace_id": row["TraceID"], "span_id": row["SpanID"],
              "parent_id": "" if row["ParentID"] == "root" else row["ParentID"],
              "service": service_of(row["PodName"]),
              "duration_ms": int(row["Duration"]) / 1000})
            for row in read_rows(path)]


READERS = {"log": log_records, "trace": span_records}


@lru_cache(maxsize=None)
def metric_points(root, day):
    """(seconds, service, version, metric, kind, value) of a day, by time.

    The text of the time counts: the number beside it is hours off.
    """
    points = []
    for path in sorted((root / "rca_data" / day / "metric").glob("*_metric.csv*")):
        for row in read_rows(path):
            seconds = parse_time(row["Time"].split(" +")[0]) // 10**9
            points += [(seconds, service_of(row["PodName"]), "", name, "gauge", row[column])
                       for column, name in COLUMNS.items() if row.get(column)]
    return sorted(points)


def write_case_metrics(root, case, path):
    middle = parse_time(case.time) // 10**9
    write_metrics(path, [point for point in metric_points(root, case.day)
                         if -60 * MINUTES_BEFORE <= point[0] - middle <= 60 * MINUTES_AFTER])


def case_files(root, case, kind):
    """The files of the case's minutes."""
    folder = root / "rca_data" / case.day / kind
    start = datetime.fromisoformat(case.time)
    names = [f"{start + timedelta(minutes=minute):%H_%M}_{kind}.csv"
             for minute in range(FILES_PER_CASE)]
    return [path for path in (find_file(folder, name) for name in names) if path]


def normal_files(root, case, kind):
    folder = root / "construct_data" / case.day / kind
    return sorted(path for path in folder.glob(f"*_{kind}.csv*"))


def case_records(root, case, kind):
    """The records of a case with their times, fault-free ones first, each once."""
    read = READERS[kind]
    own = [record for path in case_files(root, case, kind) for record in read(path)]
    own = list({(time, json.dumps(record)): (time, record) for time, record in own}.values())
    if not own:
        return []
    normal = [record for path in normal_files(root, case, kind) for record in read(path)]
    begin = min(time for time, _ in own)
    move = begin - max((time for time, _ in normal), default=begin) - 1
    return sorted([(time + move, record) for time, record in normal] + own,
                  key=lambda item: item[0])


def write_case(root, case, kinds, folder):
    """Writes the inputs of a case for replay()."""
    for kind in kinds:
        if kind == "metric":
            write_case_metrics(root, case, folder / METRICS)
            continue
        with open(folder / KINDS[kind], "w", encoding="utf-8") as file:
            records = [{"time": format_time(time), **record}
                       for time, record in case_records(root, case, kind)]
            if KINDS[kind].endswith(".json"):
                json.dump(records, file)
            else:
                file.writelines(json.dumps(record) + "\n" for record in records)
    alarm = {"monitor": "users-complain", "summary": "something is wrong", "severity": "critical",
             "fired_at": format_time(parse_time(case.time))}
    (folder / "alert.json").write_text(json.dumps(alarm), encoding="utf-8")


def rank_of(rows, service):
    """Place of the service among the suspected ones, from 1; nothing if it is not among them."""
    names = [row["id"] for row in by_rank(rows, "node")]
    return names.index(service) + 1 if service in names else None


def find_cases(root):
    cases = []
    for path in sorted(root.glob("rca_data/*/*fault_list.json")):
        day = path.parent.name
        for hour in json.loads(path.read_text(encoding="utf-8")).values():
            cases += [Case(day, fault["inject_time"], fault["inject_pod"], fault["inject_type"])
                      for fault in hour]
    return cases


def shares_of(figures):
    """The same with top1, top3, top5 as shares of the cases that follow them."""
    shares = []
    for index, (name, value) in enumerate(figures):
        cases = next(count for other, count in figures[index:] if other.endswith(".cases"))
        shares.append((name, value if name.endswith(".cases") else share(value, cases)))
    return shares


def figures_of(prefix, cases, ranks):
    """top1, top3, top5 and the number of cases, of all and per kind of fault."""
    figures = []
    for kind in [None, *sorted({case.kind for case in cases})]:
        chosen = [rank for case, rank in zip(cases, ranks) if kind in (None, case.kind)]
        name = prefix if kind is None else f"{prefix}.{kind}"
        for top in (1, 3, 5):
            figures.append((f"{name}.top{top}", sum(rank is not None and rank <= top
                                                    for rank in chosen)))
        figures.append((f"{name}.cases", len(chosen)))
    return figures


def rank_cases(root, cases, kinds):
    def one(case):
        with Workspace() as folder:
            write_case(root, case, kinds, folder)
            rows = replay(["."], "suspects", cwd=folder)
        answer = service_of(case.pod)
        return rank_of(rows, answer), judged_rows(rows, "node", answer)

    return for_all(one, cases)


def is_layout(folder):
    return any(folder.glob("rca_data/*/*fault_list.json"))


def data_root(directory):
    folder = find_folder(directory, "nezha", is_layout)
    if folder is None:
        raise MissingData(f"no nezha/rca_data/*/*fault_list.json in {directory}")
    return folder


def score_logs(directory):
    """Faults in code, from logs alone: resources that run short are not said in logs."""
    root = data_root(directory)
    cases = [case for case in find_cases(root) if case.kind in CODE_FAULTS]
    ranks = [rank for rank, _ in rank_cases(root, cases, ["log"])]
    return figures_of("nezha.logs", cases, ranks)


def score(directory):
    """All faults, from logs, spans and metrics together."""
    root = data_root(directory)
    cases = find_cases(root)
    results = rank_cases(root, cases, ["log", "trace", "metric"])
    judged = [pair for _, pairs in results for pair in pairs]
    return [*shares_of(figures_of("nezha", cases, [rank for rank, _ in results])),
            *calibration("nezha", judged)]
