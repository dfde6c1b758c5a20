#!/usr/bin/env bash
# headers.sh: every header of ours compiles alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

cmake --preset dev
cmake --build --preset dev --parallel "$(nproc)" --target check-headers
