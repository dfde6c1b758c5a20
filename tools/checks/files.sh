#!/usr/bin/env bash
# files.sh ROOT: no file over 2 MiB, no source file over 600 lines (aim at 400).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lines.sh"
cd "${1:?the root of the source tree}"

max_bytes=$((2 * 1024 * 1024))
max_lines=600

# What git would take along; without git, everything that is not built.
list_files() {
  if [ -e .git ] && command -v git > /dev/null \
    && git -c safe.directory='*' ls-files -z --cached --others --exclude-standard 2> /dev/null; then
    return
  fi
  find . -type d \( -name .git -o -name build -o -name node_modules \) -prune -o -type f -print0
}

found=$(list_files | sort -z | while IFS= read -r -d '' file; do
  [ -f "$file" ] || continue
  size=$(stat -c %s "$file")
  if [ "$size" -gt $max_bytes ]; then
    echo "$file: $size bytes, at most $max_bytes"
  fi
  case $file in
    *.hpp | *.cpp | *.sh | *.py | *.js | *.mjs | *.cmake | *CMakeLists.txt)
      lines=$(wc -l < "$file")
      if [ "$lines" -gt $max_lines ]; then
        echo "$file: $lines lines, at most $max_lines"
      fi
      ;;
  esac
done)
report files "$found"
