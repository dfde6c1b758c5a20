#!/usr/bin/env python3
"""A venue with a low request limit and a strategy that wants more: the bot stays below it by its own
count, so that the venue never has to refuse, says so, and can still cancel.
usage: rate_limit.py BIN_DIR"""

import sys

from ledger import compare, sent_twice
from processes import Failure, run

# The bot's sessions need about 100 to begin and 150 a minute; orders eat the rest within seconds. The
# fifth that only cancels may use is enough for max_orders.
SETTINGS = """
[options]
weight_limit = 220
"""
SAID = "the rate budget is used up"


def steps(stage):
    simulator = stage.simulator
    stage.start_bot(take_profit="2bps", wait_time="50ms", max_orders=30)
    bot = stage.bot
    stage.wait_live()
    stage.wait("the budget to be used up", lambda: bot.count(SAID) > 0, 60)
    stage.wait("an order that is not sent, while others rest", lambda: bot.count(
        SAID + r"[^$]*(entry rejected|is rejected \(not_sent)") and simulator.resting(), 60)
    placed = simulator.orders()

    code, report = bot.stop()
    truth, requests, answers = simulator.truth(), simulator.requests(), simulator.ask(
        "GET", "/answers")
    refused = report["strategies"][0]["rejects_by_reason"].get("not_sent", 0)
    cancels = [r for r in requests if r["method"] == "DELETE"]
    problems = compare(truth, report, "BTCUSDT", "BTC")
    problems += [f"order {name} was sent twice" for name in sent_twice(requests)]
    problems += [f"the venue had to answer {status} to {answers[status]} requests"
                 for status in ("429", "418") if status in answers]
    problems += [f"not cancelled at the end: {o['client_id']}" for o in simulator.resting()]
    if code != 0:
        problems.append(f"the bot's exit code was {code}")
    if refused == 0:
        problems.append("every order was sent")
    if not any(o["state"] == "cancelled" for o in truth["orders"]):
        problems.append("nothing was cancelled, so nothing was shown")
    complaints = bot.count(SAID)
    if complaints > 3:
        problems.append(f"the log says it {complaints} times")
    print(f"  {placed} orders placed, {refused} not sent, {len(cancels)} cancels, answers {answers}")
    if problems:
        raise Failure("\n".join(problems))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], steps, settings=SETTINGS))
