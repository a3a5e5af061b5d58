#!/usr/bin/env bash
# Benchmarks of a release build: bench/run.sh [suite]. Figures on stdout as "suite.figure value",
# spread on stderr. Called by scripts/dev bench, which builds first; INKLING names the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kBuild="${INKLING_BUILD:-build/release}"
kProgram="${INKLING:-$kBuild/app/inkling}"
kSuites=(e2e detect ingest journal)

# End to end: see bench/e2e/e2e.py. INKLING_BENCH_SIZE and INKLING_BENCH_REPETITIONS change its size.
run_e2e() {
  python3 -B bench/e2e/e2e.py --program "$kProgram" --limit "$kBuild/bench/e2e/simdjson_limit" \
    --cache build/bench --size "${INKLING_BENCH_SIZE:-1GiB}" \
    --repetitions "${INKLING_BENCH_REPETITIONS:-5}"
}

# Microbenchmarks of a module: every *_bench it has.
run_micro() {
  local program
  for program in "$kBuild/bench/$1"/*_bench; do
    echo "== $program" >&2
    "$program" --benchmark_repetitions=3 --benchmark_report_aggregates_only=true </dev/null >&2
  done
}

# Every decoder alone, then the HTTP way in (bench/ingest/http_bench.py) beside the file path and nginx.
run_ingest() {
  python3 -B bench/ingest/decoders.py "$kBuild"/bench/ingest/*_bench
  local nginx=()
  source scripts/packages.sh
  if ensure_packages nginx-light; then nginx=(--nginx); else echo "bench: without nginx" >&2; fi
  python3 -B bench/ingest/http_bench.py --program "$kProgram" --load "$kBuild/bench/ingest/http_load" \
    --cache build/bench --size "${INKLING_BENCH_INGEST_SIZE:-256MiB}" \
    --repetitions "${INKLING_BENCH_REPETITIONS:-3}" "${nginx[@]}"
}

# Appending to the journal: on this disk, and without waiting for it.
run_journal() {
  "$kBuild/bench/journal/journal_append" build/bench/journal \
    "${INKLING_BENCH_JOURNAL_BYTES:-2147483648}" "${INKLING_BENCH_REPETITIONS:-5}"
}

run_suite() {
  case "$1" in
    e2e) run_e2e ;;
    detect) run_micro "$1" ;;
    ingest) run_ingest ;;
    journal) run_journal ;;
    *)
      echo "bench: no suite '$1'; suites: ${kSuites[*]}" >&2
      exit 2
      ;;
  esac
}

(($#)) || set -- "${kSuites[@]}"
for suite in "$@"; do run_suite "$suite"; done
