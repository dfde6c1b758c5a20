#!/usr/bin/env bash
# seeds.sh NAME FOLDER: writes the first inputs of fuzz_NAME into FOLDER. They come from
# tools/fuzz/seeds/NAME.txt, one between two lines of "%%" (\r and \n stand for themselves in
# answer_parser), and from what the repository has anyway: tests/data and examples.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
name=${1:?the name of a target, without fuzz_}
folder=${2:?the folder to write to}
mkdir -p "$folder"

case $name in
  decimal)
    # operation,a,b,rounding,places,result
    awk -F, -v out="$folder/seed" '
      /^[a-z]/ && NR % 10 == 1 { f = out NR; print $2, $3, $5 > f; close(f) }' \
      "$root/tests/data/decimal_table.csv"
    ;;
  config) cp "$root"/examples/*.toml "$folder/" ;;
esac

file="$root/tools/fuzz/seeds/$name.txt"
[ -f "$file" ] || exit 0
awk -v out="$folder/seed" -v wire="$([ "$name" = answer_parser ] && echo 1 || echo 0)" '
  BEGIN { n = 1; f = out n; printf "" > f }
  $0 == "%%" { close(f); n++; f = out n; printf "" > f; next }
  wire + 0 { gsub(/\\r/, "\r"); gsub(/\\n/, "\n"); printf "%s", $0 > f; next }
  { print > f }' "$file"
