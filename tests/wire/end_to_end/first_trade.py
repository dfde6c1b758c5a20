#!/usr/bin/env python3
"""The whole path over real TLS: actorbot trades a grid against actorbot-sim, through a cut public
socket, a cut private socket, frames that come late and twice, a lost answer and a killed simulator;
then both ledgers must agree.

usage: first_trade.py BIN_DIR [--data RECORDING] [--api v1|v3|backpack|grvt] [--threads N]"""

import argparse
import os
import sys

from ledger import compare, enough, name_ours, sent_twice, without_bot
from processes import Failure, KEYS, SETTINGS, run


# Where an order is placed, and the market's name; on Aster the two streams differ in their targets.
ASTER = {"place": "POST /fapi", "market": "BTCUSDT", "public": "/stream", "private": "/ws/"}
VENUES = {"v1": ASTER, "v3": ASTER,
          "backpack": {"place": "POST /api/v1/order", "market": "BTC_USDC_PERP"},
          "grvt": {"place": "POST /full/v1/create_order", "market": "BTC_USDT_Perp"}}


def cut_both(stage, venue):
    """One socket after the other. The oldest is cut; what came back is the youngest, so that the
    second cut meets the other one. The log must say that each of them was lost."""
    for count, name in ((1, "public"), (2, "private")):
        before = stage.bot.count_live()
        answer = stage.simulator.ask("POST", "/streams", {
            "action": "cut", "match": venue.get(name, ""), "most": 1})
        assert answer["cut"] == 1
        stage.back_to_live(before, f"socket {count} cut")
        stage.more_orders(4)
    for lost in ("degraded", "connecting"):
        assert stage.bot.count(f": {lost} \\(session_closed") > 0, f"nothing became {lost}"


def trade_through_faults(stage, venue):
    """The requests that the simulator saw before it was killed, and the fills told twice."""
    simulator, bot = stage.simulator, stage.bot
    stage.wait_live()
    stage.more_orders(6)
    cut_both(stage, venue)

    def fills():
        return len(simulator.truth()["fills"])

    # Twice and late on the private stream, twice on the public one.
    simulator.ask("POST", "/frames", {"match": venue.get("private", ""), "duplicate": True,
                                      "delay_ms": 150})
    if "public" in venue:
        simulator.ask("POST", "/frames", {"match": venue["public"], "duplicate": True})
    before = fills()
    stage.wait("fills while frames come twice", lambda: fills() >= before + 3, 40)
    told_twice = fills() - before
    stage.more_orders(2)
    simulator.ask("DELETE", "/frames")
    print(f"  {told_twice} fills were told late and twice", flush=True)

    simulator.ask("POST", "/faults", {"kind": "lose_answer", "match": venue["place"], "count": 1})
    stage.wait("the fault to hit an order", lambda: any(
        r["fault"] == "lose_answer" for r in simulator.requests()), 40)
    print("  an order's answer was lost after acceptance", flush=True)
    stage.more_orders(4)
    requests = simulator.requests()

    before = bot.count_live()
    simulator.kill()
    simulator.start()
    stage.back_to_live(before, "simulator killed and restarted")
    stage.more_orders(6)
    return requests, told_twice


def steps(stage, api, threads):
    stage.start_bot(api=api, threads=threads)
    requests, told_twice = trade_through_faults(stage, VENUES[api])
    code, report = stage.bot.stop()
    truth = stage.simulator.truth()
    requests += stage.simulator.requests()
    blocks = os.path.join(stage.folder, "state", "end-to-end.ids")
    if os.path.exists(blocks):
        name_ours(truth, open(blocks).read())
        without_bot(report)

    problems = enough(report, truth, requests)
    problems += compare(truth, report, VENUES[api]["market"], "BTC")
    problems += [f"order {name} was sent twice" for name in sent_twice(requests)]
    problems += [f"open on the venue after on_stop = cancel: {o['client_id']}"
                 for o in truth["orders"] if o["state"] in ("open", "partially_filled")]
    venue = report["venues"][0]
    if venue["duplicate_fills_ignored"] < told_twice:
        problems.append(f"{told_twice} fills were told twice, the bot noticed "
                        f"{venue['duplicate_fills_ignored']}")
    if code != 0:
        problems.append(f"the bot's exit code was {code}")
    print(f"  orders {len(truth['orders'])}, fills {len(truth['fills'])}, cycles "
          f"{sum(s['cycles'] for s in report['strategies'])}, sessions {venue['sessions']}, "
          f"unknown outcomes {venue['unknown_outcomes']} (resolved {venue['unknown_resolved']}), "
          f"last outage {venue['last_outage_ms']:.0f} ms, tick to order {venue['tick_to_order']}")
    if problems:
        raise Failure("\n".join(problems))
    print("the ledgers agree")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin_dir")
    parser.add_argument("--data")
    parser.add_argument("--api", default="v3", choices=sorted(KEYS))
    parser.add_argument("--threads", default=1, type=int, help="of the bot")
    options = parser.parse_args()
    data = options.data
    if data and not os.path.exists(data):
        print(f"SKIPPED: the recording {os.path.basename(data)} is not here; "
              "trading on a synthetic market instead")
        data = None
    settings = SETTINGS.get(options.api)
    return run(options.bin_dir, lambda stage: steps(stage, options.api, options.threads), data,
               settings)


if __name__ == "__main__":
    sys.exit(main())
