#!/usr/bin/env bash
# Runs checks and tests: `test.sh lint`, `fast`, `e2e`, or several of them in order. Further words after -- go to pytest.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

lint() {
  "$VENV/bin/ruff" check .
  "$VENV/bin/ruff" format --check --quiet .
  "$VENV/bin/mypy"
  "$VENV/bin/lint-imports" >/dev/null || "$VENV/bin/lint-imports"
}

pytest() { "$VENV/bin/python" -m pytest "$@"; }

parts=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  parts+=("$1")
  shift
done
[ "${1:-}" = -- ] && shift

for part in "${parts[@]}"; do
  case $part in
    lint) timed "lint, types, import contracts" "about half a minute" lint ;;
    fast)
      say "tests without Docker (under two minutes)"
      pytest -m "not lab" "$@"
      ;;
    e2e)
      say "end-to-end tests on hosts of the lab (docs/testing.md has the times; cold, most of it compiles Kubernetes)"
      pytest -m lab "$@"
      ;;
    *) fail "unknown part: $part" ;;
  esac
done
