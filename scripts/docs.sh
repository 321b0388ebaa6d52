#!/usr/bin/env bash
# Builds the documentation into build/site. A link or anchor that leads nowhere fails it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
NO_MKDOCS_2_WARNING=1 "$VENV/bin/mkdocs" build --strict --quiet
