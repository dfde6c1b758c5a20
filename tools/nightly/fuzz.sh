#!/usr/bin/env bash
# fuzz.sh [SECONDS [NAME...]]: every target of tools/fuzz, or those named (without fuzz_), for
# SECONDS (default 600) each. What was found earlier is kept in build/fuzz/corpus and gone on from.
# Ends with 1 when a target broke; the input is then build/fuzz/findings/NAME-*, and
# `build/fuzz/bin/fuzz_NAME FILE` plays it again. Needs clang++-14 with its sanitizers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

runtime="/usr/lib/llvm-14/lib/clang/*/lib/linux/libclang_rt.fuzzer-*"
if ! command -v clang++-14 > /dev/null || ! compgen -G "$runtime" > /dev/null; then
  echo "fuzz: apt-get install clang-14 libclang-rt-14-dev" >&2
  exit 2
fi

seconds=${1:-600}
[ $# -eq 0 ] || shift
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for file in tools/fuzz/fuzz_*.cpp; do
    name=${file##*/fuzz_}
    names+=("${name%.cpp}")
  done
fi

cmake --preset fuzz
cmake --build --preset fuzz --parallel "$(nproc)"

export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
build=build/fuzz
mkdir -p $build/findings $build/log
broken=()
for name in "${names[@]}"; do
  tools/fuzz/seeds.sh "$name" "$build/corpus/$name"
  log=$build/log/$name.log
  code=0
  "$build/bin/fuzz_$name" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
    -print_final_stats=1 -artifact_prefix="$build/findings/$name-" \
    "$build/corpus/$name" > "$log" 2>&1 || code=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(sed -n 's/^#.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
  echo "$name: ${runs:-0} inputs, coverage ${coverage:-?}, exit code $code"
  if [ $code -ne 0 ]; then
    broken+=("$name")
    grep -E 'broken:|ERROR:|runtime error:|Assertion|what\(\)|Test unit written' "$log" || true
  fi
done
if [ ${#broken[@]} -ne 0 ]; then
  echo "fuzz: broken: ${broken[*]}"
  exit 1
fi
echo "fuzz: nothing found"
