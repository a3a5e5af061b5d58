#!/usr/bin/env python3
"""Runs the decoder benchmarks and prints each as "ingest.<format>.gb_per_cpu_s": decoders.py PROGRAM...

A benchmark's name is its format: Otlp_Logs_Protobuf/1000 becomes otlp_logs_protobuf_1000. Only those
that count bytes are printed; GB = 10^9 of them.
"""

import json
import re
import subprocess
import sys


def main():
    for program in sys.argv[1:]:
        print(f"== {program}", file=sys.stderr, flush=True)
        done = subprocess.run([program, "--benchmark_format=json", "--benchmark_repetitions=3",
                               "--benchmark_report_aggregates_only=true"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
        for row in json.loads(done.stdout)["benchmarks"]:
            if row.get("aggregate_name") != "median" or "bytes_per_second" not in row:
                continue
            name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", row["run_name"].removeprefix("BM_"))
            name = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
            print(f"ingest.{name}.gb_per_cpu_s {row['bytes_per_second'] / 1e9:.3f}", flush=True)


if __name__ == "__main__":
    main()
