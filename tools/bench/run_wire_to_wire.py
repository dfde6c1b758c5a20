#!/usr/bin/env python3
"""Tick to order, the whole bot against the least that a client can do, in alternating slices.

    run_wire_to_wire.py BIN_DIR [--v3] [--spin] [--slices N] [--json FILE]

On a machine that is shared, only ratios taken minutes apart mean something: floor and bot take
turns in slices of a few seconds, and slices from which the hypervisor took much CPU ("steal") are
set aside, unless too few are left. Everything is on 127.0.0.1 and bounded in count and time.
"""
import argparse
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

VENUE_LIMIT_S = 60  # of one slice


class Slice:
    """One run of the venue and one client."""

    def __init__(self, bin_dir, client, mode, count, arguments):
        self.result, self.latencies, self.log = {}, [], ""
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            ca, dump, pid = folder / "ca.pem", folder / "dump", folder / "pid"
            venue = subprocess.Popen(
                [bin_dir / "bench-venue", "--mode", mode, "--count", str(count), "--ca", ca, "--dump", dump,
                 "--pid-file", pid, "--seconds", str(VENUE_LIMIT_S)] + arguments.venue,
                stdout=subprocess.PIPE, text=True)
            process = None
            try:
                port = venue.stdout.readline().strip().removeprefix("port=")
                command = [bin_dir / client[0], "--port", port, "--ca", ca] + client[1:]
                with open(folder / "log", "w") as log:
                    process = subprocess.Popen(command, stdout=log, stderr=log)
                pid.write_text(str(process.pid))
                out, _ = venue.communicate(timeout=VENUE_LIMIT_S + 20)
                self.result = json.loads(out)
                if dump.exists():
                    self.latencies = [int(line) for line in dump.read_text().split()]
            finally:
                end(process)
                end(venue)
                if (folder / "log").exists():
                    self.log = (folder / "log").read_text().strip()

    def usable(self):
        return bool(self.result.get("ready")) and self.result["stuck"] == 0

    def steal(self):
        return self.result.get("steal_permille", 1000)


def end(process):
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def machine_is_calm(limit_s):
    """Waits until less than a fifth of the CPU is busy; false when that does not happen in time."""

    def read():
        values = [int(x) for x in open("/proc/stat").readline().split()[1:9]]
        return sum(values), values[3] + values[4]

    until = time.monotonic() + limit_s
    while True:
        total, idle = read()
        time.sleep(1)
        total_after, idle_after = read()
        if (idle_after - idle) >= 0.8 * (total_after - total):
            return True
        if time.monotonic() >= until:
            return False


def quantile(ascending, share):
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))] if ascending else 0


def clean(slices, steal_limit, least):
    """The slices to count: the quiet ones, or the quietest half when they are too few."""
    good = [s for s in slices if s.usable()]
    quiet = [s for s in good if s.steal() <= steal_limit]
    if len(quiet) >= least:
        return quiet
    return sorted(good, key=Slice.steal)[: max(least, len(good) // 2)]


def summary(paced, flood):
    """Numbers of one client, by name."""
    pooled = sorted(x for s in paced for x in s.latencies)
    ticks = sum(s.result["ticks"] for s in paced) or 1
    every = paced + flood
    rates = sorted(s.result["ticks_per_s"] for s in flood)
    return {
        "ticks": len(pooled),
        "p50_us": quantile(pooled, 0.5) / 1e3,
        "p99_us": quantile(pooled, 0.99) / 1e3,
        "p99.9_us": quantile(pooled, 0.999) / 1e3,
        "max_us": (pooled[-1] if pooled else 0) / 1e3,
        "cpu_us_per_tick": sum(s.result["client_cpu_ms"] for s in paced) * 1e3 / ticks,
        "frames_per_s_median": quantile(rates, 0.5),
        "frames_per_s_best": rates[-1] if rates else 0,
        "peak_rss_mib": max((s.result["client_peak_rss_kib"] for s in every), default=0) / 1024,
        "skipped": sum(s.result["skipped"] for s in paced),
        "order_connections": max((s.result["order_connections"] for s in every), default=0),
        "steal_permille_max": max((s.steal() for s in every), default=0),
        "busy_permille_max": max((s.result["busy_permille"] for s in paced), default=0),
        "slices": len(paced),
    }


def row(name, floor, bot):
    ratio = f"{bot / floor:6.2f}" if floor else "     -"
    return f"| {name:<22} | {floor:>12,.1f} | {bot:>12,.1f} | {ratio} |"


def print_table(title, floor, bot):
    print(f"\n{title}\n")
    print("| | floor | bot | bot / floor |")
    print("| --- | ---: | ---: | ---: |")
    for name in floor:
        if name in ("ticks", "skipped", "order_connections", "steal_permille_max", "busy_permille_max",
                    "slices"):
            print(f"| {name:<22} | {floor[name]:>12,} | {bot[name]:>12,} | |")
        else:
            print(row(name, floor[name], bot[name]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin_dir", type=pathlib.Path, help="the build's bin folder, of a release build")
    parser.add_argument("--v3", action="store_true", help="EIP-712 signatures instead of HMAC")
    parser.add_argument("--spin", action="store_true", help="both clients and the venue poll (needs two idle cores)")
    parser.add_argument("--slices", type=int, default=6, help="latency slices of each client")
    parser.add_argument("--flood-slices", type=int, default=3)
    parser.add_argument("--ticks", type=int, default=1500, help="measured ticks a latency slice")
    parser.add_argument("--flood-ticks", type=int, default=300000)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--steal", type=int, default=30, help="permille of stolen CPU that a slice may have")
    parser.add_argument("--calm", type=float, default=0, help="seconds to wait for a calm machine before each slice")
    parser.add_argument("--no-bursts", action="store_true", help="leave out the check of the newest price")
    parser.add_argument("--json", type=pathlib.Path, help="also write the numbers here")
    arguments = parser.parse_args()
    arguments.venue = ["--rate", str(arguments.rate)] + (["--spin"] if arguments.spin else [])

    spin = ["--spin"] if arguments.spin else []
    clients = {
        "floor": ["bench-floor"] + (["--v3"] if arguments.v3 else []) + spin,
        "bot": ["bench-bot", "--api", "v3" if arguments.v3 else "v1"] + spin,
    }
    slices = {name: {"paced": [], "flood": []} for name in clients}

    def take(name, mode, count):
        calm = arguments.calm == 0 or machine_is_calm(arguments.calm)
        done = Slice(arguments.bin_dir, clients[name], mode, count, arguments)
        r = done.result
        if mode in slices[name]:
            slices[name][mode].append(done)
        note = "" if done.usable() else "  NOT USABLE"
        print(f"{name:<5} {mode} steal {r.get('steal_permille', 0):>4}/1000 busy {r.get('busy_permille', 0):>4}/1000"
              f"{'' if calm else ' (machine busy)'}  p50 {r.get('p50_us', 0):8.1f}  p99 {r.get('p99_us', 0):9.1f}"
              f"  {r.get('ticks_per_s', 0):>9,.0f}/s  skipped {r.get('skipped', 0)}{note}", file=sys.stderr)
        # The venue leaves first, so every client ends with lost connections: worth a line only when
        # the slice failed.
        for line in done.log.splitlines()[-8:]:
            if not done.usable() or not line.startswith("restarted"):
                print(f"      {line}", file=sys.stderr)
        return done

    for turn in range(arguments.slices):
        order = list(clients) if turn % 2 == 0 else list(reversed(clients))
        for name in order:
            take(name, "paced", arguments.ticks)
    for turn in range(arguments.flood_slices):
        order = list(clients) if turn % 2 == 0 else list(reversed(clients))
        for name in order:
            take(name, "flood", arguments.flood_ticks)

    enough = max(1, -(-5000 // arguments.ticks))
    numbers = {}
    for name, taken in slices.items():
        paced = clean(taken["paced"], arguments.steal, enough)
        flood = clean(taken["flood"], arguments.steal, 1)
        if not paced:
            print(f"no usable slice of {name}", file=sys.stderr)
            return 1
        numbers[name] = summary(paced, flood)
    signing = "V3 (EIP-712)" if arguments.v3 else "V1 (HMAC)"
    print_table(f"Aster {signing}, TLS, {arguments.rate:.0f} ticks/s" + (", polling" if arguments.spin else ""),
                numbers["floor"], numbers["bot"])
    if arguments.json:
        arguments.json.write_text(json.dumps(numbers, indent=1) + "\n")

    if not arguments.no_bursts:
        bursts = take("bot", "burst", 50)
        if not bursts.usable():
            print(f"\nthe newest price of {bursts.result.get('stuck', '?')} bursts was never ordered")
            return 1
        print(f"\n50 bursts of 100 ticks: the newest price was ordered each time, "
              f"p50 {bursts.result['p50_us']:.0f} us, p99 {bursts.result['p99_us']:.0f} us after the burst was written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
