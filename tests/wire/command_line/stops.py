#!/usr/bin/env python3
"""How a bot on paper ends: every signal, every on_stop, the second signal, the deadline, --for; and
that its report is whole. usage: stops.py BIN_DIR [PART OF A CASE'S NAME]"""

import os
import signal
import sys
from decimal import Decimal

from cases import FINAL, ROOT, contains, expect, main

# Close orders far away, so that they rest; a buying and a selling grid never touch each other.
RESTING = """
quantity = 0.01
take_profit = "1%"
wait_time = "1s"
max_orders = 20
"""

ONE = """[bot]
name = "one"
on_stop = "{on_stop}"
{more}

[risk]
repeated_executions = 1000

[venues.paper]
{venue}

[strategies.grid]
venue = "paper"
ticker = "BTC"
direction = "buy"
""" + RESTING

SEVERAL = """[bot]
name = "several"
on_stop = "flatten"

[risk]
repeated_executions = 1000

[venues.paper]

[venues.second]
kind = "paper"
seed = 7

[strategies.first]
kind = "grid"
venue = "paper"
ticker = "BTC"
direction = "buy"
""" + RESTING + """
[strategies.other]
kind = "grid"
venue = "paper"
ticker = "BTC"
direction = "buy"
on_stop = "keep"
""" + RESTING + """
[strategies.elsewhere]
kind = "grid"
venue = "second"
ticker = "ETH"
direction = "sell"
""" + RESTING.replace("0.01", "0.1")


def open_orders(report, venue=0):
    return [o for o in report["venues"][venue]["orders"] if o["state"] not in FINAL]


def position(rows, key):
    return sum((Decimal(row[key]) for row in rows), Decimal(0))


def books_agree(report):
    """What the strategies count, what the venue counts and what the fills say are the same."""
    held = sum((position(s["instruments"], "position") for s in report["strategies"]), Decimal(0))
    there = sum((position(v["positions"], "size") for v in report["venues"]), Decimal(0))
    filled = sum((Decimal(f["size"]) * (1 if f["side"] == "buy" else -1)
                  for v in report["venues"] for f in v["fills"]), Decimal(0))
    expect(held == there == filled, f"position {held} here, {there} there, {filled} filled")
    orders = sum(len(v["orders"]) for v in report["venues"])
    denied = sum(report["risk"]["denials"].values())
    wanted = sum(s["orders"] for s in report["strategies"])
    expect(orders + denied == wanted, f"{orders} orders, {denied} denied, {wanted} wanted")
    fills = [f["trade_id"] for v in report["venues"] for f in v["fills"]]
    expect(len(fills) == sum(s["fills"] for s in report["strategies"]), f"{len(fills)} fills")
    return held


def stopped_by(place, number, words, on_stop):
    place.write("bot.toml", ONE.format(on_stop=on_stop, more="", venue=""))
    bot = place.start("run", "bot.toml", "--report", "report.json")
    bot.says("close order open", 2)
    bot.send(number)
    bot.ended(0)
    report = place.json("report.json")
    expect(report["complete"] is True and report["bot"] == "one", "not complete")
    contains(report["reason"], words)
    contains(bot.out, words, "grid: ", "PnL")
    expect("user_shutdown" not in bot.log, "words of the framework in the log")
    held = books_agree(report)
    resting = open_orders(report)
    if on_stop == "keep":
        expect(resting and held > 0, f"kept nothing: {resting}, {held}")
        contains(bot.out, f"paper: {len(resting)} orders stay open")
    if on_stop == "cancel":
        expect(not resting and held > 0, f"not only cancelled: {resting}, {held}")
        contains(bot.out, "open position: BTC")
    if on_stop == "flatten":
        expect(not resting and held == 0, f"not flat: {resting}, {held}")
        expect("open position" not in bot.out, bot.out)


def an_interrupt_with_keep_leaves_the_orders(place):
    stopped_by(place, signal.SIGINT, "SIGINT", "keep")


def an_interrupt_with_flatten_ends_flat(place):
    stopped_by(place, signal.SIGINT, "SIGINT", "flatten")


def a_termination_with_cancel_leaves_no_order(place):
    stopped_by(place, signal.SIGTERM, "SIGTERM", "cancel")


def a_termination_with_flatten_ends_flat(place):
    stopped_by(place, signal.SIGTERM, "SIGTERM", "flatten")


def a_closed_terminal_is_an_orderly_stop(place):
    stopped_by(place, signal.SIGHUP, "SIGHUP", "cancel")


def the_report_has_every_key(place):
    place.call("run", "--ticker", "BTC", "--for", "2s", "--report", "report.json").ended(0)
    report = place.json("report.json")
    expect(set(report) >= {"bot", "reason", "complete", "strategies", "venues", "risk", "restarts"},
           f"{sorted(report)}")
    contains(report["reason"], "--for 2s is over")
    strategy, venue = report["strategies"][0], report["venues"][0]
    for key in ("name", "kind", "state", "orders", "cancels", "fills", "rejects", "cycles",
                "rejects_by_reason", "cycle_pnl", "realised_pnl", "unrealised_pnl", "fees",
                "instruments"):
        expect(key in strategy, f"{key} is not in {sorted(strategy)}")
    for key in ("name", "state", "sessions", "reconciliations", "unknown_outcomes",
                "unknown_resolved", "duplicate_fills_ignored", "foreign_orders", "time_down_ms",
                "last_outage_ms", "clock_offset_ms", "tick_to_order", "positions", "balances",
                "orders", "fills"):
        expect(key in venue, f"{key} is not in {sorted(venue)}")
    expect(venue["sessions"] == 1 and venue["balances"], f"{venue['sessions']} sessions")


def a_second_signal_does_not_wait(place):
    place.write("bot.toml", ONE.format(on_stop="cancel", more='stop_deadline = "60s"',
                                       venue='latency = "700ms"'))
    bot = place.start("run", "bot.toml")
    bot.says("entry buy .* sent")
    bot.send(signal.SIGINT)
    bot.says("Stopping")
    bot.send(signal.SIGINT)
    bot.ended(5)  # waiting for the confirmation would have ended with 0
    contains(bot.log, "look at the account")


def a_stop_that_is_not_confirmed_in_time_says_so(place):
    place.write("bot.toml", ONE.format(on_stop="cancel", more='stop_deadline = "1s"',
                                       venue='latency = "700ms"'))
    bot = place.start("run", "bot.toml", "--report", "report.json")
    bot.says("entry buy .* sent")
    bot.send(signal.SIGTERM)
    bot.ended(5)
    contains(bot.out, "not everything that on_stop asked for", "look at the account")
    expect(place.json("report.json")["complete"] is False, "called complete")


def several_strategies_on_one_account_and_on_another(place):
    place.write("bot.toml", SEVERAL)
    bot = place.start("run", "bot.toml", "--report", "report.json")
    for name in ("first", "other", "elsewhere"):
        bot.says(f"{name}: .*close order open", 2)
    bot.send(signal.SIGINT)
    bot.ended(0)
    report = place.json("report.json")
    books_agree(report)
    by_name = {s["name"]: s for s in report["strategies"]}
    expect(sorted(by_name) == ["elsewhere", "first", "other"], f"{sorted(by_name)}")
    held = {n: position(s["instruments"], "position") for n, s in by_name.items()}
    expect(held["first"] == held["elsewhere"] == 0, f"not flat: {held}")
    expect(held["other"] > 0, f"the one that keeps its position has none: {held}")
    shared = next(v for v in report["venues"] if v["name"] == "paper")
    expect(position(shared["positions"], "size") == held["other"], "somebody else's position moved")
    owners = {o["client_id"].split("-")[2] for o in shared["orders"]}
    expect(len(owners) == 2, f"the client ids name {owners}")
    kept = {o["client_id"].split("-")[2] for o in shared["orders"] if o["state"] not in FINAL}
    expect(len(kept) == 1, f"orders of {kept} stayed")
    expect({v["name"] for v in report["venues"]} == {"paper", "second"}, "venues")


def the_paper_example_completes_cycles(place):
    text = open(os.path.join(ROOT, "examples", "paper-grid.toml")).read()
    place.write("bot.toml", text + '\n[report]\ninterval = "1s"\n')
    bot = place.start("run", "bot.toml", "--report", "report.json")
    bot.says(r"grid: \w+, PnL .*, [1-9]\d* cycles", limit=90)
    bot.send(signal.SIGINT)
    bot.ended(0)
    report = place.json("report.json")
    books_agree(report)
    expect(report["strategies"][0]["cycles"] > 0, "no cycle in the report")
    expect(Decimal(report["strategies"][0]["cycle_pnl"]) > 0, "cycles without gain")


if __name__ == "__main__":
    sys.exit(main([
        the_paper_example_completes_cycles,
        a_second_signal_does_not_wait,
        a_stop_that_is_not_confirmed_in_time_says_so,
        several_strategies_on_one_account_and_on_another,
        an_interrupt_with_keep_leaves_the_orders,
        an_interrupt_with_flatten_ends_flat,
        a_termination_with_cancel_leaves_no_order,
        a_termination_with_flatten_ends_flat,
        a_closed_terminal_is_an_orderly_stop,
        the_report_has_every_key,
    ]))
