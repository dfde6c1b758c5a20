#!/usr/bin/env python3
"""Sockets that are open and silent. The public stream, an order request and the private stream each
go silent without a word; the bot has to notice by its own deadlines, begin a fresh session,
reconcile, and send nothing twice. usage: half_open.py BIN_DIR

Deadlines of the bot: 5 s without a public frame; 5 s for an answer to an order; for the private
stream, which may rightly be silent, the next ping (15 s) that finds the last one without a pong."""

import sys

from ledger import compare, sent_twice
from processes import Failure, run

PUBLIC_LIMIT = 20
PRIVATE_LIMIT = 45


def freeze(simulator, match):
    frozen = simulator.ask("POST", "/streams", {"action": "freeze", "match": match})["frozen"]
    assert frozen == 1, f"{frozen} streams were frozen"


def steps(stage):
    simulator = stage.simulator
    stage.start_bot()
    bot = stage.bot
    stage.wait_live()
    stage.more_orders(4)

    before = bot.count_live()
    freeze(simulator, "/stream")
    took = stage.back_to_live(before, "public stream frozen", PUBLIC_LIMIT)
    assert took >= 4, f"live after {took:.2f} s: that was not the deadline"
    assert bot.count("market_connection: restart .* no frame for 5 s") == 1, "another reason"
    stage.more_orders(4)

    before = bot.count_live()
    freeze(simulator, "/ws/")
    simulator.ask("POST", "/faults", {"kind": "half_open", "match": "POST /fapi", "count": 1})
    stage.wait("the fault to hit an order", lambda: any(
        r["fault"] == "half_open" for r in simulator.requests()), 20)
    # Orders go on: their answers and queries tell what the stream does not.
    stage.more_orders(2)
    stage.back_to_live(before, "private stream frozen, an order without an answer", PRIVATE_LIMIT)
    assert bot.count("account_connection: restart .* no pong") == 1, "another reason"
    stage.more_orders(4)

    code, report = bot.stop()
    truth, requests = simulator.truth(), simulator.requests()
    venue = report["venues"][0]
    problems = compare(truth, report, "BTCUSDT", "BTC")
    problems += [f"order {name} was sent twice" for name in sent_twice(requests)]
    problems += [f"still open: {o['client_id']}" for o in simulator.resting()]
    if code != 0:
        problems.append(f"the bot's exit code was {code}")
    if not 1 <= venue["unknown_outcomes"] == venue["unknown_resolved"]:
        problems.append(f"{venue['unknown_outcomes']} unknown outcomes, "
                        f"{venue['unknown_resolved']} resolved")
    if venue["sessions"] != 2:
        problems.append(f"{venue['sessions']} account sessions instead of 2")
    if problems:
        raise Failure("\n".join(problems))
    print(f"the ledgers agree: {len(truth['orders'])} orders, {len(truth['fills'])} fills")


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], steps))
