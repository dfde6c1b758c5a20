#!/usr/bin/env bash
# run-tests.sh [arguments of ctest]: from a checkout on a fresh Debian 12 to all tests. Installs the
# packages, builds everything (preset dev) and runs ctest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tools/setup/install-packages.sh tests
cmake --preset dev
cmake --build --preset dev --parallel "$(nproc)"
# One test at a time: some bound how late a message may be, and a loaded machine is late.
status=0
ctest --preset dev --no-tests=error "$@" || status=$?
skipped=$(grep -ciE '(^|[ :])skipped: ' build/dev/Testing/Temporary/LastTest.log || true)
echo "tests or parts of tests that skipped for want of data: $skipped"
exit "$status"
