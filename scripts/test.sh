#!/usr/bin/env bash
# Runs checks and tests: `test.sh lint`, `fast`, `slow`, `e2e`, `long`, or several of them in order. Further words after -- go to pytest.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

unset PYTHONDONTWRITEBYTECODE # else each of the many processes that tests start compiles all of our sources

lint() {
  "$VENV/bin/ruff" check .
  "$VENV/bin/ruff" format --check --quiet .
  "$VENV/bin/mypy"
  "$VENV/bin/lint-imports" >/dev/null || "$VENV/bin/lint-imports"
  scripts/docs.sh
}

# A selection of one's own (ARGS) may have no test in one of the parts: pytest's exit status 5 is no failure then, as
# long as another part has some. Without one it is: tests that are not found must not pass.
found= missed= spread=()
pytest() {
  local marker=$1 status=0
  shift
  "$VENV/bin/python" -m pytest "${spread[@]}" -m "$marker" "$@" || status=$?
  if [ "$status" = 5 ] && [ $# -gt 0 ]; then
    missed=yes
    return 0
  fi
  found=yes
  return "$status"
}

# What needs no lab runs in a process for each core and one more, for many tests wait. ARGS="-n 0": in one.
spread() { # HOW, MARKER, pytest's words
  local spread=(-n "$(($(nproc) < 4 ? $(nproc) + 1 : 4))" --dist "$1")
  shift
  pytest "$@"
}

parts=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  parts+=("$1")
  shift
done
[ "${1:-}" = -- ] && shift

for part in "${parts[@]}"; do
  case $part in
    lint) timed "lint, types, import contracts, documentation's links" "about half a minute" lint ;;
    fast)
      say "tests without Docker (about two minutes, four on a busy machine)"
      spread worksteal "not lab and not slow" "$@"
      ;;
    slow)
      say "workflows, servers and scripts that really wait, and properties with many examples (about four minutes)"
      scripts/promtool.sh
      PYTEST_ADDOPTS="${PYTEST_ADDOPTS:-} --hypothesis-profile=many" spread loadfile "slow or hypothesis" "$@"
      ;;
    e2e)
      made 1.34.4 "about a quarter of an hour"
      say "end-to-end tests on hosts of the lab (docs/testing.md has the times)"
      pytest "lab and not long" "$@"
      ;;
    long) # what is chosen by hand is told pytest as it is
      if [ $# -gt 0 ]; then pytest "lab and long" "$@"; else scripts/stories.sh && found=yes; fi
      ;;
    *) fail "unknown part: $part" ;;
  esac
done
[ -z "$missed" ] || [ -n "$found" ] || fail "no test is selected by: $*"
