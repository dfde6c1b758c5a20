"""Compares the simulator's truth with a bot's report. Shares no code with the bot: exact decimals
of Python's own, read from the two JSON documents."""

from decimal import Decimal
from re import findall
from urllib.parse import parse_qs, urlsplit


def our_id(text):
    return text.startswith("ab-")


def name_ours(truth, blocks):
    """Gives orders and fills the client ids that the bot's report has, where the venue's are numbers.
    `blocks` is the text of the bot's file of leased blocks: venue, first number, first sequence, run
    and strategy in a line."""
    size = 1024
    leased = [[int(x) for x in line.split()[1:]] for line in blocks.splitlines()]
    for entry in truth["orders"] + truth["fills"]:
        number = int(entry["client_id"]) if entry["client_id"].isdigit() else 0
        for first, sequence, run, strategy in leased:
            if first <= number < first + size:
                entry["client_id"] = f"ab-{strategy:x}-{run:x}-{sequence + number - first:x}"


def without_bot(report):
    """The ids of the report without the bot's number, which blocks do not carry."""
    for entry in report["venues"][0]["orders"] + report["venues"][0]["fills"]:
        parts = entry["client_id"].split("-")
        entry["client_id"] = "-".join(parts[:1] + parts[2:])


def compare(truth, report, symbol, ticker):
    """Differences between an account's truth and the venue part of a bot's report, as sentences."""
    differences = []
    venue = report["venues"][0]

    true_orders = {o["client_id"]: o for o in truth["orders"] if our_id(o["client_id"])}
    # An order that the venue never got is no difference: it must not be there, and not be filled.
    bot_orders = {o["client_id"]: o for o in venue["orders"]}
    never_there = {i for i, o in bot_orders.items()
                   if i not in true_orders and o["state"] == "rejected"}
    for i in sorted(set(true_orders) - set(bot_orders)):
        differences.append(f"order {i} is on the venue and unknown to the bot")
    for i in sorted(set(bot_orders) - set(true_orders) - never_there):
        differences.append(f"order {i} ({bot_orders[i]['state']}) is known to the bot only")
    for i in sorted(set(true_orders) & set(bot_orders)):
        theirs, ours = true_orders[i], bot_orders[i]
        if Decimal(theirs["filled"]) != Decimal(ours["filled"]):
            differences.append(f"order {i}: filled {theirs['filled']} there, {ours['filled']} here")
        final = {"filled", "cancelled", "expired"}
        if theirs["state"] in final or ours["state"] in final:
            # A post-only order that would have taken ends as expired there, as rejected here.
            same = theirs["state"] == ours["state"] or (
                theirs["state"] == "expired" and ours["state"] == "rejected"
                and Decimal(theirs["filled"]) == 0)
            if not same:
                differences.append(f"order {i}: {theirs['state']} there, {ours['state']} here")

    def key(fill, trade):
        # GRVT counts the parts of a match behind a dash.
        return (str(trade).removesuffix("-1"), Decimal(fill["price"]), Decimal(fill["size"]), fill["side"])

    true_fills = sorted(key(f, f["trade_id"]) for f in truth["fills"] if our_id(f["client_id"]))
    bot_fills = sorted(key(f, f["trade_id"]) for f in venue["fills"])
    for fill in sorted(set(true_fills) - set(bot_fills)):
        differences.append(f"fill {fill} happened and the bot does not know it")
    for fill in sorted(set(bot_fills) - set(true_fills)):
        differences.append(f"fill {fill} is known to the bot only")
    if len(bot_fills) != len(set(bot_fills)):
        differences.append("the bot counted a fill twice")

    true_position = sum((Decimal(p["size"]) for p in truth["positions"]
                         if p["market"] == symbol), Decimal(0))
    bot_position = sum((Decimal(p["size"]) for p in venue["positions"]
                        if p["ticker"] == ticker), Decimal(0))
    own_position = sum((Decimal(i["position"]) for s in report["strategies"]
                        for i in s["instruments"] if i["ticker"] == ticker), Decimal(0))
    if true_position != bot_position:
        differences.append(f"position {true_position} there, {bot_position} at the gateway")
    if true_position != own_position:
        differences.append(f"position {true_position} there, {own_position} at the strategies")

    true_fees = sum((Decimal(f["fee"]) for f in truth["fills"] if our_id(f["client_id"])),
                    Decimal(0))
    bot_fees = sum((Decimal(s["fees"]) for s in report["strategies"]), Decimal(0))
    if true_fees != bot_fees:
        differences.append(f"fees {true_fees} there, {bot_fees} here")
    return differences


def sent_twice(requests):
    """Client ids that the simulator saw in more than one request to place an order."""
    seen, twice = set(), []
    for request in requests:
        parts = urlsplit(request["target"])
        # GRVT asks for an order by POST /full/v1/order.
        if request["method"] != "POST" or not parts.path.endswith(
                ("/fapi/v1/order", "/fapi/v3/order", "/api/v1/order", "/create_order")):
            continue
        values = parse_qs(parts.query) | parse_qs(request["body"])
        numbers = findall(r'"(?:clientId|client_order_id)":"?([0-9]+)', request["body"])
        for name in values.get("newClientOrderId", []) + numbers:
            (twice.append(name) if name in seen else seen.add(name))
    return twice


def enough(report, truth, requests, need_fault=True):
    """Why a comparison would not count; empty when it does."""
    problems = []
    orders = [o for o in truth["orders"] if our_id(o["client_id"])]
    fills = [f for f in truth["fills"] if our_id(f["client_id"])]
    cycles = sum(s["cycles"] for s in report["strategies"])
    if len(orders) < 20:
        problems.append(f"only {len(orders)} orders, 20 are needed")
    if len(fills) < 8:
        problems.append(f"only {len(fills)} fills, 8 are needed")
    if cycles < 3:
        problems.append(f"only {cycles} cycles, 3 are needed")
    hit = [r for r in requests if r["fault"] and r["method"] == "POST" and "order" in r["target"]]
    if need_fault and not hit:
        problems.append("no injected fault hit an order in flight")
    return problems
