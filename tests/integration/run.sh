#!/usr/bin/env bash
# Tests of a live program on loopback: real sockets, files, pipes, signals and kills.
#   tests/integration/run.sh [--short] [NAME...]      INKLING = path of the program
# The last line is "N passed, N failed, N skipped"; exit code 1 if anything failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
: "${INKLING:=$PWD/build/release/app/inkling}"
[[ -x "$INKLING" ]] || { echo "no program at $INKLING; build it, or set INKLING" >&2; exit 2; }
export INKLING
exec python3 -B tests/integration/run.py "$@"
