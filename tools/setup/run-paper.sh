#!/usr/bin/env bash
# run-paper.sh [arguments of `actorbot run`]: from a checkout on a fresh Debian 12 to a running bot.
# Installs the packages, builds the bot alone (preset release) and runs a grid on the paper venue.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tools/setup/install-packages.sh build
cmake --preset release
cmake --build --preset release --target actorbot --parallel "$(nproc)"

if [ $# -eq 0 ]; then
  set -- --ticker BTC --strategy grid --venue paper --for 60s
fi
exec build/release/bin/actorbot run "$@"
