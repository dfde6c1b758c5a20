#!/usr/bin/env bash
# soak.sh [HOURS]: a grid against the simulator over TLS for HOURS (default 8; fractions are fine),
# with a fault now and then. Fails when the bot does not end with 0, when a process dies, or when
# the resident memory of the bot grows faster than MAX_KIB_PER_HOUR (default 4096) after its first
# fifth of the time. Some growth is known: the report keeps every order and fill of the run.
#   BIN  folder of actorbot and actorbot-sim (default: build/release/bin, built when absent)
#   OUT  folder of logs, report.json, rss.csv (default: build/soak)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=$(awk -v h="${1:-8}" 'BEGIN { printf "%d", h * 3600 }')
limit=${MAX_KIB_PER_HOUR:-4096}
bin=${BIN:-build/release/bin}
out=${OUT:-build/soak}
samples=300 # over the whole time
[ "$seconds" -ge 60 ] || { echo "soak: at least one minute (0.017 hours)" >&2; exit 2; }

if [ ! -x "$bin/actorbot" ] || [ ! -x "$bin/actorbot-sim" ]; then
  cmake --preset release
  cmake --build --preset release --parallel "$(nproc)" --target actorbot actorbot-sim
fi
rm -rf "$out"
mkdir -p "$out"

sim='' bot=''
stop_all() {
  [ -z "$bot" ] || kill "$bot" 2> /dev/null || true
  [ -z "$sim" ] || kill "$sim" 2> /dev/null || true
}
trap stop_all EXIT

"$bin/actorbot-sim" --port 0 --admin-port 0 --ca-dir "$out/ca" --ports-file "$out/ports" \
  > "$out/sim.log" 2>&1 &
sim=$!
for _ in $(seq 100); do
  [ ! -s "$out/ports" ] || break
  kill -0 "$sim" 2> /dev/null || { cat "$out/sim.log" >&2; echo "soak: no simulator" >&2; exit 1; }
  sleep 0.1
done
read -r port admin < "$out/ports"

cat > "$out/bot.toml" << CONFIG
[bot]
name = "soak"
on_stop = "flatten"
state_dir = "$out/state"
log_file = "$out/bot-file.log"

[risk]
max_order_notional = 10000
max_position_notional = 100000
max_gross_exposure = 100000
repeated_executions = 100000

[report]
file = "$out/report.json"

[venues.aster]
environment = "local"
rest = "https://localhost:$port"
ws = "wss://localhost:$port"
ca_file = "$out/ca/ca.pem"
api = "v1"
api_key = "env:SOAK_API_KEY"
api_secret = "env:SOAK_API_SECRET"

[strategies.grid]
venue = "aster"
ticker = "BTC"
quantity = 0.01
take_profit = "0.02%"
direction = "buy"
max_orders = 10
wait_time = "2s"
CONFIG

# The published test keys that the simulator accepts without a configuration file.
SOAK_API_KEY=dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83 \
SOAK_API_SECRET=2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9 \
  "$bin/actorbot" run "$out/bot.toml" --for "${seconds}s" > "$out/bot.log" 2>&1 &
bot=$!

# fault JSON: asks the simulator for one; plain HTTP on the loopback interface.
fault() {
  exec 3<> "/dev/tcp/127.0.0.1/$admin"
  printf 'POST /%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s' \
    "$1" "${#2}" "$2" >&3
  cat <&3 > /dev/null
  exec 3>&-
}

resident() { awk '/^VmRSS:/ { print $2 }' "/proc/$1/status" 2> /dev/null || true; }

echo 'seconds,bot_kib,sim_kib' > "$out/rss.csv"
pause=$(awk -v s="$seconds" -v n="$samples" 'BEGIN { p = s / n; printf "%.2f", p < 1 ? 1 : p }')
round=0
while kill -0 "$bot" 2> /dev/null; do
  kill -0 "$sim" 2> /dev/null || { echo "soak: the simulator died, see $out/sim.log"; exit 1; }
  echo "$SECONDS,$(resident "$bot"),$(resident "$sim")" >> "$out/rss.csv"
  round=$((round + 1))
  case $((round % 20)) in
    5) fault faults '{"kind": "lose_answer", "match": "POST /fapi", "count": 1}' ;;
    10) fault streams '{"action": "cut", "match": ""}' ;;
    15) fault faults '{"kind": "status", "match": "POST /fapi", "count": 1, "status": 503}' ;;
  esac
  sleep "$pause"
done
code=0
wait "$bot" || code=$?
bot=''

slope=$(awk -F, -v total="$seconds" '
  NR > 1 && $2 != "" && $1 > total / 5 { n++; x += $1; y += $2; xx += $1 * $1; xy += $1 * $2 }
  END {
    d = n * xx - x * x
    if (n < 10 || d == 0) print "none"; else printf "%.0f", (n * xy - x * y) / d * 3600
  }' "$out/rss.csv")
echo "soak: ${seconds} s, exit code $code, resident memory grows by $slope KiB an hour"
tail -n 12 "$out/bot.log"
[ "$code" -eq 0 ] || { echo "soak: the bot ended with $code"; exit 1; }
[ "$slope" != none ] || { echo "soak: too few samples for a slope"; exit 1; }
[ "$slope" -le "$limit" ] || { echo "soak: more than $limit KiB an hour"; exit 1; }
