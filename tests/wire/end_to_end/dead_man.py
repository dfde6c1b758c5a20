#!/usr/bin/env python3
"""The venue's dead-man's switch, end to end: it is refreshed while the bot runs, taken back when it
stops in order, and cancels everything when the bot is killed. usage: dead_man.py BIN_DIR"""

import signal
import sys
import time
from urllib.parse import parse_qs, urlsplit

from processes import run

COUNTDOWN = 3.0
# What a loaded machine may add between the switch and our look at it.
SLACK = 2.0


def countdowns(simulator):
    """The values set so far, in ms."""
    values = []
    for request in simulator.requests():
        parts = urlsplit(request["target"])
        if parts.path.endswith("/countdownCancelAll"):
            fields = parse_qs(parts.query) | parse_qs(request["body"])
            values.append(int(fields["countdownTime"][0]))
    return values


def start_and_rest(stage, orders):
    """A bot whose close orders rest 1 % away, too far to be filled."""
    before = stage.bot.count_live() if stage.bot else 0
    stage.start_bot(on_stop="keep", take_profit="1%", wait_time="300ms",
                    venue=f'dead_man = "{COUNTDOWN:g}s"')
    stage.wait_live(before)
    stage.wait(f"{orders} resting orders", lambda: len(stage.simulator.resting()) >= orders, 30)


def keeps_watch_until(end, simulator, names, when):
    while time.monotonic() < end:
        resting = {o["client_id"] for o in simulator.resting()}
        assert names <= resting, f"{names - resting} vanished {when}"
        time.sleep(0.1)


def steps(stage):
    simulator = stage.simulator
    start_and_rest(stage, 2)
    closes = {o["client_id"] for o in simulator.resting() if o["side"] == "sell"}
    stage.wait("a resting close order", lambda: closes.update(
        o["client_id"] for o in simulator.resting() if o["side"] == "sell") or closes, 20)

    keeps_watch_until(time.monotonic() + COUNTDOWN + 1, simulator, closes,
                      "while the bot ran")
    set_to = countdowns(simulator)
    assert len(set_to) >= 3 and set(set_to) == {int(COUNTDOWN * 1000)}, f"countdowns {set_to}"
    print(f"  a running bot: set {len(set_to)} times, {len(closes)} order(s) older than it rest")

    kept = {o["client_id"] for o in simulator.resting() if o["side"] == "sell"}
    code, report = stage.bot.stop()
    assert code == 0, f"exit code {code}"
    stopped = time.monotonic()
    set_to = countdowns(simulator)
    assert set_to[-1] == 0, f"not disarmed at the end: {set_to}"
    left = {o["client_id"] for o in simulator.resting()}
    kept &= left  # one may have been filled meanwhile
    assert kept, "on_stop = keep left nothing"
    keeps_watch_until(stopped + COUNTDOWN + 0.5, simulator, kept, "after an orderly stop")
    print(f"  an orderly stop: disarmed, {len(kept)} order(s) stay")

    start_and_rest(stage, len(kept))  # with those of the first run
    stage.wait("the switch to be armed anew", lambda: countdowns(simulator)[-1] > 0, 10)
    stage.bot.process.send_signal(signal.SIGKILL)
    stage.bot.process.wait()
    killed = time.monotonic()
    resting = simulator.resting()
    assert len(resting) >= len(kept), f"only {len(resting)} orders rested"
    end = killed + COUNTDOWN + SLACK
    while simulator.resting():
        assert time.monotonic() < end, f"still there: {simulator.resting()}"
        time.sleep(0.02)
    took = time.monotonic() - killed
    orders = {o["client_id"]: o for o in simulator.truth()["orders"]}
    ended = [orders[o["client_id"]] for o in resting]
    ended = [o for o in ended if o["state"] != "filled"]  # an entry may be, meanwhile
    wrong = {o["client_id"]: o["cause"] for o in ended if o["cause"] != "dead_man"}
    assert not wrong, f"ended, but not by the switch: {wrong}"
    assert len(ended) >= len(kept), f"only {len(ended)} orders were cancelled"
    print(f"  a killed bot: {len(ended)} orders cancelled by the venue after {took:.2f} s")


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], steps))
