#!/usr/bin/env python3
"""The whole path over real TLS: actorbot trades a grid against actorbot-sim, through a cut public
socket, a cut private socket, a lost answer and a killed simulator; then both ledgers must agree.

usage: first_trade.py BIN_DIR [--data RECORDING] [--api v1|v3]"""

import argparse
import os
import re
import sys
import tempfile
import time

from ledger import compare, enough, sent_twice
from processes import Bot, Failure, Simulator, wait_for

CONFIG = """
[bot]
name = "first-trade"
on_stop = "cancel"
log_level = "info"

[risk]
max_order_notional = 10000
max_position_notional = 50000
max_gross_exposure = 50000
max_orders_per_second = 50
repeated_executions = 1000

[venues.aster]
environment = "local"
rest = "https://localhost:{port}"
ws = "wss://localhost:{port}"
ca_file = "{ca}"
{keys}

[strategies.grid]
venue = "aster"
ticker = "BTC"
quantity = "0.002"
direction = "buy"
take_profit = "0.5bps"
wait_time = "400ms"
max_orders = 20
"""

KEYS = {
    "v1": ('api = "v1"\napi_key = "env:TEST_API_KEY"\napi_secret = "env:TEST_API_SECRET"',
           {"TEST_API_KEY": "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83",
            "TEST_API_SECRET":
                "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"}),
    "v3": ('api = "v3"\nuser = "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"\n'
           'signer_key = "env:TEST_SIGNER_KEY"',
           {"TEST_SIGNER_KEY": "0x" + "0" * 63 + "1"}),
}


def count_live(bot):
    return len(re.findall(r"aster: live", bot.log()))


def back_to_live(bot, before, what):
    """Seconds until the log says that the venue is live once more."""
    start = time.monotonic()
    wait_for(f"live after {what}",
             lambda: bot.check_alive() or count_live(bot) > before, 30)
    print(f"  {what}: live again, seen after {time.monotonic() - start:.2f} s", flush=True)


def more_orders(simulator, bot, count, limit):
    target = simulator.orders() + count
    wait_for(f"{count} more orders", lambda: bot.check_alive() or simulator.orders() >= target,
             limit)


def trade_through_faults(simulator, bot):
    wait_for("the venue to be live", lambda: bot.check_alive() or count_live(bot) > 0, 30)
    more_orders(simulator, bot, 6, 40)

    before = count_live(bot)
    assert simulator.ask("POST", "/streams", {"action": "cut", "match": "/stream"})["cut"] == 1
    back_to_live(bot, before, "public socket cut")
    more_orders(simulator, bot, 4, 40)

    before = count_live(bot)
    assert simulator.ask("POST", "/streams", {"action": "cut", "match": "/ws/"})["cut"] == 1
    back_to_live(bot, before, "private socket cut")
    more_orders(simulator, bot, 4, 40)

    simulator.ask("POST", "/faults", {"kind": "lose_answer", "match": "POST /fapi", "count": 1})
    wait_for("the fault to hit an order", lambda: bot.check_alive() or any(
        r["fault"] == "lose_answer" for r in simulator.requests()), 40)
    print("  an order's answer was lost after acceptance", flush=True)
    more_orders(simulator, bot, 4, 40)
    requests = simulator.requests()

    before = count_live(bot)
    simulator.kill()
    simulator.start()
    back_to_live(bot, before, "simulator killed and restarted")
    more_orders(simulator, bot, 6, 40)
    return requests


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin_dir")
    parser.add_argument("--data")
    parser.add_argument("--api", default="v3", choices=sorted(KEYS))
    options = parser.parse_args()
    data = options.data
    if data and not os.path.exists(data):
        print(f"SKIPPED: the recording {os.path.basename(data)} is not here; "
              "trading on a synthetic market instead")
        data = None

    with tempfile.TemporaryDirectory(prefix="actorbot-") as folder:
        simulator = Simulator(os.path.join(options.bin_dir, "actorbot-sim"), folder, data)
        bot = None
        try:
            simulator.start()
            keys, environment = KEYS[options.api]
            bot = Bot(os.path.join(options.bin_dir, "actorbot"), folder,
                      CONFIG.format(port=simulator.port, ca=simulator.ca_file, keys=keys),
                      environment)
            bot.start()
            requests = trade_through_faults(simulator, bot)
            code, report = bot.stop()
            truth = simulator.truth()
            requests += simulator.requests()

            problems = enough(report, truth, requests)
            problems += compare(truth, report, "BTCUSDT", "BTC")
            problems += [f"order {name} was sent twice" for name in sent_twice(requests)]
            problems += [f"open on the venue after on_stop = cancel: {o['client_id']}"
                         for o in truth["orders"] if o["state"] in ("open", "partially_filled")]
            if code != 0:
                problems.append(f"the bot's exit code was {code}")
            venue = report["venues"][0]
            print(f"  orders {len(truth['orders'])}, fills {len(truth['fills'])}, cycles "
                  f"{sum(s['cycles'] for s in report['strategies'])}, sessions {venue['sessions']}, "
                  f"unknown outcomes {venue['unknown_outcomes']} "
                  f"(resolved {venue['unknown_resolved']}), last outage "
                  f"{venue['last_outage_ms']:.0f} ms, tick to order {venue['tick_to_order']}")
            if problems:
                raise Failure("\n".join(problems))
            print("the ledgers agree")
            return 0
        except (Failure, AssertionError) as error:
            print(f"FAILED: {error}")
            if bot:
                print("--- the bot's log, last lines\n" + bot.log()[-6000:])
            print("--- the simulator's log, last lines\n" + simulator.log()[-2000:])
            return 1
        finally:
            if bot:
                bot.kill()
            simulator.stop()


if __name__ == "__main__":
    sys.exit(main())
