#!/usr/bin/env python3
"""The simulator's control of its markets' time, by the admin interface: hold, release, speed, jump.
usage: sim_time.py BIN_DIR"""

import http.client
import json
import os
import ssl
import sys
import time

from processes import run

SETTINGS = """
[server]
held = true
"""


def market(simulator):
    """Best prices and the number of the last change of the book."""
    context = ssl.create_default_context(cafile=simulator.ca_file)
    connection = http.client.HTTPSConnection("localhost", simulator.port, timeout=10,
                                             context=context)
    connection.request("GET", "/fapi/v3/depth?symbol=BTCUSDT&limit=5")
    book = json.loads(connection.getresponse().read())
    connection.close()
    return book["bids"][:1], book["asks"][:1], book["lastUpdateId"]


def change(simulator, status=200, **body):
    return simulator.ask("POST", "/time", body, status)


def ahead_after(simulator, seconds):
    """How far the markets' time moved against the clock, and the least and most time passed."""
    outer = time.monotonic()
    first = simulator.ask("GET", "/time")["ahead_ms"]
    inner = time.monotonic()
    while time.monotonic() < inner + seconds:
        time.sleep(0.05)
    least = time.monotonic() - inner
    last = simulator.ask("GET", "/time")["ahead_ms"]
    return last - first, least, time.monotonic() - outer


def stands_still(simulator):
    before = market(simulator)
    moved, least, most = ahead_after(simulator, 0.6)
    assert -1000 * most - 2 <= moved <= -1000 * least + 2, f"{moved} ms in {least:.3f} s"
    assert market(simulator) == before, "the market moved while it was held"


def runs_at(simulator, factor):
    before = market(simulator)
    assert change(simulator, action="speed", factor=factor)["speed"] == str(factor)
    moved, least, most = ahead_after(simulator, 1.2)
    gain = 1000 * (float(factor) - 1)
    low, high = sorted((gain * least, gain * most))
    assert low - 2 <= moved <= high + 2, f"speed {factor}: {moved} ms in {least:.3f} s"
    after = market(simulator)
    assert after[2] > before[2], f"speed {factor}: the market stood still"
    return (after[2] - before[2]) / most


def steps(stage):
    simulator = stage.simulator
    assert simulator.ask("GET", "/time")["held"] is True
    stands_still(simulator)

    # A held market can be moved on by steps, and the steps do not matter.
    beginning = market(simulator)
    state = change(simulator, action="jump", by="3m")
    assert state["held"] is True
    once = market(simulator)
    assert once[2] > beginning[2] + 300, f"three minutes changed the book {once[2]} times"
    stands_still(simulator)
    for _ in range(3):
        change(simulator, action="jump", by="1m")
    there = market(simulator)
    assert there[2] > once[2]

    state = change(simulator, action="release")
    assert state["held"] is False and state["speed"] == "1"
    stage.wait("the market to go on", lambda: market(simulator)[2] > there[2], 10)

    slow, fast = runs_at(simulator, "0.5"), runs_at(simulator, 20)
    assert fast > 3 * slow, f"{slow:.1f} and {fast:.1f} changes a second"
    change(simulator, action="speed", factor=1)
    before = simulator.ask("GET", "/time")["ahead_ms"]
    after = change(simulator, action="jump", by="90s")["ahead_ms"]
    assert before + 90_000 - 2 <= after <= before + 90_000 + 2, f"{before}, then {after}"

    for wrong in ({"action": "speed", "factor": 0}, {"action": "speed", "factor": "-1"},
                  {"action": "speed", "factor": 1001}, {"action": "speed", "factor": "0.0005"},
                  {"action": "speed"}, {"action": "jump", "by": "0s"},
                  {"action": "jump", "by": "-5s"}, {"action": "jump", "by": "2h"},
                  {"action": "jump", "by": 5}, {"action": "rewind"}, {}):
        assert "error" in change(simulator, 400, **wrong), wrong

    # A simulator that was killed goes on with the time that it had.
    change(simulator, action="speed", factor="2.5")
    change(simulator, action="hold")
    at = market(simulator)
    simulator.kill()
    simulator.start()
    state = simulator.ask("GET", "/time")
    assert state["held"] is True and state["speed"] == "2.5", state
    assert market(simulator) == at, "another market after the restart"


def same_seed(stage):
    """One jump or three: the same market."""
    simulator = stage.simulator
    change(simulator, action="jump", by="3m")
    one = market(simulator)
    other = type(simulator)(simulator.binary, stage.folder + "/other", settings=SETTINGS)
    os.mkdir(other.folder)
    other.start()
    try:
        for _ in range(3):
            change(other, action="jump", by="1m")
        assert market(other) == one, f"{market(other)} after three jumps, {one} after one"
    finally:
        other.stop()


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], steps, settings=SETTINGS)
             or run(sys.argv[1], same_seed, settings=SETTINGS))
