#!/usr/bin/env bash
# tsan.sh: the thread sanitizer on what has threads and runs no CAF code: test_runtime_core (the
# loops under both schedulers) and test_net (sockets, TLS, inboxes).
#
# Why not all tests: the thread sanitizer must see every synchronisation of a program, and Debian's
# libcaf_core is not built with it. CAF's own lock-free mailboxes and reference counts would be
# reported as races of ours. test_net links CAF through messages/, but starts no actor system.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

cmake --preset tsan
cmake --build --preset tsan --parallel "$(nproc)" --target test_runtime_core test_net
for test in test_runtime_core test_net; do
  TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1} "build/tsan/bin/$test"
done
