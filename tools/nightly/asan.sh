#!/usr/bin/env bash
# asan.sh [arguments of ctest]: all tests under the address and undefined-behaviour sanitizers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

cmake --preset asan
cmake --build --preset asan --parallel "$(nproc)"
# A finding ends the test (-fno-sanitize-recover). Sanitized code is slower: more time per test.
ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:detect_stack_use_after_return=1} \
  UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1} \
  ctest --preset asan --no-tests=error --timeout 900 "$@"
