# shellcheck shell=bash
# Sourced by the checks. code_lines PATTERN FOLDER... prints "path:line:text" of every source line
# under the folders (relative to the current one) that matches the extended regular expression,
# comments left out. Folders that do not exist are skipped.
code_lines() {
  local pattern=$1 folder
  shift
  for folder in "$@"; do
    [ -d "$folder" ] || continue
    find "$folder" -type d \( -name build -o -name node_modules \) -prune -o \
      -type f \( -name '*.hpp' -o -name '*.cpp' \) -print0
  done | sort -z | xargs -0 -r awk -v pattern="$pattern" '
    { code = $0; sub(/^[ \t]*\/\/.*/, "", code); sub(/[ \t]\/\/.*/, "", code) }
    code ~ pattern { print FILENAME ":" FNR ":" $0 }'
}

# report NAME TEXT: one line of result; fails when there is text.
report() {
  if [ -n "$2" ]; then
    printf '%s\n' "$2"
    printf '%s: failed\n' "$1"
    return 1
  fi
  printf '%s: ok\n' "$1"
}
