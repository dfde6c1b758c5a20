#!/usr/bin/env bash
# format.sh ROOT: every C++ file is as clang-format 14 (Debian 12's) writes it. Other versions break
# lines elsewhere, so that they judge nothing.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lines.sh"
cd "${1:?the root of the source tree}"

tool=$(command -v clang-format-14 || command -v clang-format || true)
if [ -z "$tool" ] || ! "$tool" --version | grep -q 'version 14\.'; then
  echo "SKIPPED: clang-format 14 is not here"
  exit 0
fi
found=$(find . -type d \( -name .git -o -name build -o -name node_modules \) -prune -o \
  -type f \( -name '*.hpp' -o -name '*.cpp' \) -print0 | sort -z \
  | xargs -0 -r "$tool" --style=file --dry-run 2>&1 \
  | sed -n 's|^\./\([^:]*:[0-9]*\):.*\[-Wclang-format-violations\]$|\1: not as clang-format writes it|p')
report format "$found"
