#!/usr/bin/env python3
"""actorbot against actorbot-sim when something is wrong: certificate, keys, a server that is not
there yet; a restart that finds its orders again; and check --connect.
usage: simulator.py BIN_DIR [PART OF A CASE'S NAME]"""

import re
import signal
import sys
from datetime import datetime
from decimal import Decimal

from cases import FINAL, contains, expect, main, wait_for

KEY = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83"
SECRET = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"
KEYS = {"TEST_API_KEY": KEY, "TEST_API_SECRET": SECRET}

CONFIG = """[bot]
name = "against-sim"
on_stop = "{on_stop}"

[risk]
max_order_notional = 10000
max_position_notional = 50000
max_gross_exposure = 50000
repeated_executions = 1000

[venues.aster]
environment = "local"
rest = "https://localhost:{port}"
ws = "wss://localhost:{port}"
ca_file = "{ca}"
api = "v1"
api_key = "env:TEST_API_KEY"
api_secret = "env:TEST_API_SECRET"

[strategies.grid]
venue = "aster"
ticker = "BTC"
quantity = "0.002"
direction = "buy"
take_profit = "1%"
wait_time = "{wait_time}"
max_orders = 20

[supervision.venues]
retry = "1s"
"""


def configure(place, simulator, on_stop="cancel", ca=None, wait_time="1s", name="bot.toml"):
    return place.write(name, CONFIG.format(on_stop=on_stop, port=simulator.port,
                                           ca=ca or simulator.ca_file, wait_time=wait_time))


def stop(place, bot, code=0):
    bot.send(signal.SIGTERM)
    bot.ended(code)
    return place.json("report.json")


def not_hammered(bot):
    """The delays that the log states grow: a venue that refuses is not asked more and more."""
    delays = [float(n) * {"ms": 1e-3, "s": 1, "m": 60}[unit] for n, unit in
              re.findall(r"aster/\w+: restart \d+ after ([\d.]+)(ms|s|m)\b", bot.log)]
    expect(len(delays) >= 4, f"only {len(delays)} attempts")
    expect(max(delays[2:]) > 0.25, f"the back-off does not grow: {delays}")


def a_wrong_certificate_authority_is_refused_and_tried_again(place):
    other = place.simulator("other")
    other.start()
    other.stop()
    simulator = place.simulator()
    simulator.start()
    configure(place, simulator, ca=other.ca_file)
    bot = place.start("run", "bot.toml", "--report", "report.json", environment=KEYS)
    bot.says("because .*the certificate of localhost is not trusted", 6)
    not_hammered(bot)
    answer = place.call("check", "bot.toml", "--connect", environment=KEYS).ended(7)
    contains(answer.out, "the certificate of localhost is not trusted")
    report = stop(place, bot)
    expect(report["venues"][0]["orders"] == [], "orders without a session")
    expect(simulator.requests() == [], "a request went to a server that is not trusted")


def refused(place, code, keys):
    simulator = place.simulator()
    simulator.start()
    configure(place, simulator)
    bot = place.start("run", "bot.toml", "--report", "report.json", environment=keys)
    bot.says(f"session_authentication: .*{code}", 6)
    expect("account_connection is parked" in bot.log, "not parked")
    before = bot.log[:bot.log.index("account_connection is parked")]
    tries = before.count("account_connection: restart")
    expect(tries == 1, f"tried {tries} times more before it was parked: one is enough")
    advice = bot.says(r"critical aster: the venue refuses the credentials .*")
    expect(len(advice) == 1, f"the same advice {len(advice)} times")
    contains(advice[0], "[venues.aster]", "`api_key` (env:TEST_API_KEY)",
             "`api_secret` (env:TEST_API_SECRET)", "environment local")
    answer = place.call("check", "bot.toml", "--connect", environment=keys).ended(7)
    expect(re.search(code, answer.out), answer.out)
    contains(answer.out, "`api_key` (env:TEST_API_KEY)")
    report = stop(place, bot)
    expect(report["venues"][0]["orders"] == [], "orders without a session")
    text = place.written() + answer.all
    for secret in keys.values():
        expect(secret not in text, "a secret was printed")


def a_wrong_key_is_explained_and_never_printed(place):
    refused(place, "-2015", KEYS | {"TEST_API_KEY": "f" * 64})


def a_malformed_key_is_explained_and_never_printed(place):
    refused(place, "-201[45]", KEYS | {"TEST_API_KEY": "not-a-key-at-all"})


def a_wrong_secret_is_explained_and_never_printed(place):
    refused(place, "-1022", KEYS | {"TEST_API_SECRET": "e" * 64})


def a_server_that_comes_later_is_found_without_help(place):
    simulator = place.simulator()
    simulator.start()
    simulator.stop()
    configure(place, simulator)
    contains(place.call("check", "bot.toml", "--connect", environment=KEYS).ended(7).out,
             "Connection refused")
    bot = place.start("run", "bot.toml", "--report", "report.json", environment=KEYS)
    bot.says("Connection refused", 4)
    simulator.start()
    bot.says("aster: live")
    bot.says("close order open")
    report = stop(place, bot)
    expect(report["strategies"][0]["fills"] > 0, "no fill")


def time_of(line):
    return datetime.strptime(line.split()[0], "%Y-%m-%dT%H:%M:%S.%fZ")


def ledgers_agree(truth, reports):
    """The exchange's own account against what two runs reported; sums of exact decimals."""
    fills = {f["trade_id"]: f for report in reports for f in report["venues"][0]["fills"]}
    true_fills = {str(f["trade_id"]): f for f in truth["fills"]}
    expect(set(fills) == set(true_fills), f"fills: {set(fills) ^ set(true_fills)}")
    fees = sum((Decimal(f["fee"]) for f in fills.values()), Decimal(0))
    true_fees = sum((Decimal(f["fee"]) for f in truth["fills"]), Decimal(0))
    expect(fees == true_fees, f"fees {fees}, {true_fees} there")
    held = sum((Decimal(p["size"]) for p in truth["positions"]), Decimal(0))
    last = reports[-1]
    at_gateway = sum((Decimal(p["size"]) for p in last["venues"][0]["positions"]), Decimal(0))
    at_strategy = sum((Decimal(i["position"]) for i in last["strategies"][0]["instruments"]),
                      Decimal(0))
    expect(held == at_gateway == at_strategy, f"{held} there, {at_gateway}, {at_strategy} here")
    known = {o["client_id"]: o["state"]
             for report in reports for o in report["venues"][0]["orders"]}
    for order in truth["orders"]:
        ours = known.get(order["client_id"])
        expect(ours == order["state"] or (ours == "rejected" and order["state"] == "expired"),
               f"{order['client_id']}: {order['state']} there, {ours} here")


def a_restart_adopts_its_orders_and_waits_one_cool_down(place):
    simulator = place.simulator()
    simulator.start()
    configure(place, simulator, on_stop="keep", wait_time="8s")  # an empty grid waits a quarter
    first = place.start("run", "bot.toml", "--report", "report.json", environment=KEYS)
    first.says("close order open", 3)
    reports = [stop(place, first)]
    kept = {o["client_id"] for o in simulator.truth()["orders"] if o["state"] not in FINAL}
    expect(len(kept) >= 3, f"only {kept} were kept")
    contains(first.out, f"aster: {len(kept)} order")
    seen = place.call("check", "bot.toml", "--connect", environment=KEYS).ended(0).out
    contains(seen, f"open orders: {len(kept)}")
    expect(re.search(r"position BTCUSDT: 0\.00\d+ @ \d+", seen), seen)

    second = place.start("run", "bot.toml", "--report", "report.json", environment=KEYS)
    adopted = second.says(r".*Adopted \d+ close orders; position .*")[0]
    second.says("entry buy .* sent")
    entry = re.findall(r".*entry buy .* sent", second.log)[0]
    waited = (time_of(entry) - time_of(adopted)).total_seconds()
    expect(1.9 <= waited <= 20, f"{waited} s between adoption and the next entry, 2 s are due")
    second.says("close order open")
    wait_for("one more close order at the venue", lambda: len(
        [o for o in simulator.truth()["orders"] if o["state"] not in FINAL]) > len(kept) - 1, 20)
    reports.append(stop(place, second))
    names = [o["client_id"] for r in reports for o in r["venues"][0]["orders"]]
    expect(kept <= {o["client_id"] for o in reports[1]["venues"][0]["orders"]},
           "adopted orders are not in the second report")
    runs = {n.split("-")[3] for n in names}
    expect(len(runs) == 2, f"the client ids name the runs {runs}")
    ledgers_agree(simulator.truth(), reports)


def a_killed_bot_is_followed_by_one_that_finds_its_orders_and_ends_flat(place):
    simulator = place.simulator()
    simulator.start()
    configure(place, simulator, on_stop="flatten")
    first = place.start("run", "bot.toml", environment=KEYS)
    first.says("close order open", 3)
    first.send(signal.SIGKILL)
    first.ended(-signal.SIGKILL)
    truth = simulator.truth()
    kept = {o["client_id"] for o in truth["orders"] if o["state"] not in FINAL}
    expect(len(kept) >= 3, f"only {kept} were left")
    second = place.start("run", "bot.toml", "--report", "report.json", environment=KEYS)
    second.says("Adopted ")
    second.says("close order open")
    report = stop(place, second)
    truth = simulator.truth()
    left = [o for o in truth["orders"] if o["state"] not in FINAL]
    held = sum((Decimal(p["size"]) for p in truth["positions"]), Decimal(0))
    expect(left == [] and held == 0, f"flatten left {left} and {held}")
    own = sum((Decimal(i["position"]) for i in report["strategies"][0]["instruments"]), Decimal(0))
    expect(own == 0, f"the strategy believes in {own}")
    names = [o["client_id"] for o in truth["orders"]]
    expect(len(names) == len(set(names)), "a client id was used twice")


def check_connect_shows_the_account_and_places_nothing(place):
    simulator = place.simulator()
    simulator.start()
    configure(place, simulator)
    answer = place.call("check", "bot.toml", "--connect", environment=KEYS).ended(0)
    contains(answer.out, "aster (aster, local)", "instrument BTCUSDT: tick 0.1, lot 0.001", "maker",
             "balance USDT: 100000", "no position", "open orders: 0")
    expect(re.search(r"clock: the venue's is -?\d+\.\d ms ahead \(\+- \d+\.\d ms\)", answer.out),
           answer.out)
    expect(re.search(r"rate limit: \d+ of \d+ used", answer.out), answer.out)
    expect(simulator.orders() == 0, "it placed an order")
    expect(not re.search(r"\b(POST|DELETE) /fapi/v\d/order", str(simulator.requests())), "it wrote")
    for secret in KEYS.values():
        expect(secret not in answer.all, "a secret was printed")
    # A locked account does not hinder looking at it, and looking does not lock it.
    bot = place.start("run", "bot.toml", "--report", "report.json", environment=KEYS)
    bot.says("aster: live")
    place.call("check", "bot.toml", "--connect", environment=KEYS).ended(0)
    same = place.write("other.toml", open(place.path("bot.toml")).read()
                       .replace("against-sim", "other-name"))
    contains(place.call("run", same, "--for", "1s", environment=KEYS).ended(4).err,
             "another actorbot runs on the account of [venues.aster]")
    stop(place, bot)


if __name__ == "__main__":
    sys.exit(main([
        a_restart_adopts_its_orders_and_waits_one_cool_down,
        a_wrong_certificate_authority_is_refused_and_tried_again,
        a_wrong_key_is_explained_and_never_printed,
        a_malformed_key_is_explained_and_never_printed,
        a_wrong_secret_is_explained_and_never_printed,
        a_killed_bot_is_followed_by_one_that_finds_its_orders_and_ends_flat,
        a_server_that_comes_later_is_found_without_help,
        check_connect_shows_the_account_and_places_nothing,
    ]))
