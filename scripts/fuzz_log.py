#!/usr/bin/env python3
"""Runs a fuzz target and adds what it did to tests/fuzz/README.md: fuzz_log.py TARGET COMMAND...

CPU-minutes are user + system time of the target, executions what libFuzzer counts, findings the
files that appeared in build/fuzz/found/TARGET (crashes, time-outs, leaks). The exit code is the
target's own.
"""

import re
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "tests/fuzz/README.md"
HEADER = "| target | what it reads | CPU-minutes | executions | findings |"


def purpose(target):
    """The first sentence of the target's source, or what it includes."""
    text = (ROOT / f"tests/fuzz/{target}.cpp").read_text()
    comment = re.match(r"((?://[^\n]*\n)+)", text)
    formats = re.findall(r"Format::k(\w+)", text)
    if not comment and formats:
        return "Decoders of " + ", ".join(dict.fromkeys(formats))
    if not comment:
        return "`" + "`, `".join(re.findall(r'#include "((?:core|ingest|detect|config)/[^"]+)"', text)) + "`"
    words = " ".join(line.removeprefix("//").strip() for line in comment.group(1).splitlines())
    return re.split(r"(?<=[.:])\s", words)[0].rstrip(".:").replace("|", "/")


def rows_of(text):
    """{target: [what, minutes, executions, findings]} of the table."""
    rows = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 5 and cells[0].endswith("_fuzz`"):
            rows[cells[0].strip("`")] = [cells[1], float(cells[2]), int(cells[3]),
                                         int(cells[4])]
    return rows


def add(target, minutes, executions, findings):
    text = README.read_text()
    rows = rows_of(text)
    row = rows.setdefault(target, [purpose(target), 0.0, 0, 0])
    row[1] += minutes
    row[2] += executions
    row[3] += findings
    table = [HEADER, "|---|---|---|---|---|"]
    table += [f"| `{name}` | {what} | {spent:.1f} | {runs} | {found} |"
              for name, (what, spent, runs, found) in sorted(rows.items())]
    begin = text.index(HEADER)
    end = text.find("\n\n", begin)
    README.write_text(text[:begin] + "\n".join(table) + (text[end:] if end >= 0 else "\n"))


def main():
    target, command = sys.argv[1], sys.argv[2:]
    found = ROOT / f"build/fuzz/found/{target}"
    before = {path.name for path in found.iterdir() if path.is_file()}
    process = subprocess.Popen([*command, "-print_final_stats=1"], stderr=subprocess.PIPE, text=True,
                               errors="replace")
    executions = 0
    for line in process.stderr:
        sys.stderr.write(line)
        if match := re.search(r"stat::number_of_executed_units:\s*(\d+)", line):
            executions = int(match.group(1))
        elif match := re.match(r"#(\d+)\s", line):
            executions = max(executions, int(match.group(1)))
    code = process.wait()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    findings = len({path.name for path in found.iterdir() if path.is_file()} - before)
    minutes = (usage.ru_utime + usage.ru_stime) / 60
    add(target, minutes, executions, findings)
    print(f"{target}: {minutes:.1f} CPU-minutes, {executions} executions, {findings} findings",
          file=sys.stderr)
    sys.exit(code if code >= 0 else 1)


if __name__ == "__main__":
    main()
