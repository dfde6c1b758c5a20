#!/usr/bin/env python3
"""What the command line says: help, lists, and every mistake of a configuration at once.
usage: words.py BIN_DIR [PART OF A CASE'S NAME]"""

import os
import re
import sys

from cases import contains, expect, main

SEED = ["--ticker", "BTC", "--strategy", "grid", "--quantity", "0.00273", "--take-profit", "0.008",
        "--direction", "buy", "--max-orders", "25", "--wait-time", "35", "--grid-step", "0.06",
        "--random-timing", "--dynamic-profit"]

WRONG = """[bot]
name = "my bot"
lve = true

[risk]
max_order_notional = "x"

[venues.aster]
environment = "mainnet"
api_key = "abcdef"

[venues.nowhere]

[strategies.grid]
venue = "astr"
ticker = "BTC"
quantity = 0.00273
take_profit = 0.008
take_proft = "1%"
direction = "up"
wait_time = 35
"""

MAINNET = """[bot]
name = "real"
{live}

[risk]
max_order_notional = 1000
max_position_notional = 1000
max_gross_exposure = 1000

[venues.aster]
environment = "mainnet"
api = "v1"
api_key = "env:TEST_KEY"
api_secret = "env:TEST_SECRET"

[strategies.grid]
venue = "aster"
ticker = "BTC"
quantity = 0.00273
take_profit = "0.08%"
direction = "buy"
"""


def every_help_text_teaches(place):
    top = place.call("--help").ended(0)
    expect(top.err == "", "help belongs on standard output")
    contains(top.out, "actorbot run --ticker BTC", "Exit codes", "Usage: actorbot")
    for command in ("run", "check", "strategies", "venues", "version"):
        rows = re.findall(rf"^  {command} +\S.*$", top.out, re.M)
        expect(len(rows) == 1, f"{command} is {len(rows)} times in:\n{top.out}")
        text = place.call(command, "--help").ended(0).out
        contains(text, f"Usage: actorbot {command}", "--help")
    for command in ("run", "check"):
        text = place.call(command, "--help").ended(0).out
        contains(text, "Examples:", f"actorbot {command} bot.toml", "take_profit = 0.02%")
        rows = re.findall(r"^ +(?:-\w,)?(--[a-z-]+)(?: [A-Z,=]+)?(?: \.\.\.)?\s+(\S.*)$",
                          text, re.M)
        names = [name for name, _ in rows]
        expect(len(names) > 20, f"only {names}")
        expect(len(names) == len(set(names)), f"an option is listed twice: {names}")
        for name, meaning in rows:
            expect(len(meaning) > 8, f"{name} has no meaning")


def nothing_at_all_shows_the_help(place):
    answer = place.call().ended(2)
    contains(answer.err, "Subcommands:", "actorbot run --ticker BTC")


def a_slip_on_the_command_line_is_named_with_the_nearest(place):
    for arguments, parts in (
        (["rnu"], ["unknown command `rnu`", "did you mean `run`?"]),
        (["bogus"], ["unknown command `bogus`", "`strategies`"]),
        (["run", "--tickr", "BTC"], ["unknown option `--tickr`", "did you mean `--ticker`?",
                                     "actorbot run --help"]),
        (["check", "--conect"], ["did you mean `--connect`?"]),
        (["--versoin"], ["did you mean `--version`?"]),
        (["run", "--for", "5", "--ticker", "BTC"], ["--for", "60s"]),
        (["run", "--ticker"], ["--ticker"]),
        (["run", "--ticker", "BTC", "--ticker", "ETH"], ["--ticker"]),
        (["run", "--venue", "paper", "--exchange", "aster", "--ticker", "BTC"],
         ["--venue and --exchange both say where to trade"]),
        (["run", "bot.toml", "--ticker", "BTC"], ["--ticker", "bot.toml"]),
        (["run", "one.toml", "two.toml"], ["two.toml"]),
        (["version", "more"], ["more"]),
    ):
        contains(place.call(*arguments).ended(2).err, *parts)
    expect(os.listdir(place.folder) == [], "something was written")


def the_version_is_one_line(place):
    answer = place.call("version").ended(0)
    expect(re.fullmatch(r"actorbot \d+\.\d+\.\d+\n", answer.out), answer.out)
    expect(place.call("--version").ended(0).out == answer.out, "--version says something else")


def every_kind_is_listed_once_with_its_parameters(place):
    for command, needed in (("strategies", {"grid"}), ("venues", {"aster", "paper"})):
        text = place.call(command).ended(0).out
        kinds = re.findall(r"^(\w+): \S.*$", text, re.M)
        expect(len(kinds) == len(set(kinds)) and needed <= set(kinds), f"{kinds}")
        for block in re.split(r"^\w+: .*\n", text, flags=re.M)[1:]:
            names = re.findall(r"^    (?!environment)(\w+) +\S", block, re.M)
            expect(len(names) == len(set(names)), f"twice in {names}")
    contains(place.call("strategies").out, "required", "default 450s", "take_profit")
    contains(place.call("venues").out, "environment mainnet", "fapi.asterdex.com:443")


def the_seeds_documented_command_is_refused_with_the_spellings_that_would_do(place):
    venues = place.call("venues").out
    for option in ("--exchange", "--venue"):
        answer = place.call("run", option, "lighter", *SEED).ended(3)
        if "\nlighter:" not in venues and not venues.startswith("lighter:"):
            contains(answer.err, f"{option}: unknown kind `lighter`", "`paper`")
        contains(answer.err, "--take-profit: ", "--grid-step: ")
    answer = place.call("run", "--exchange", "paper", *SEED).ended(3)
    expect(len(answer.err.splitlines()) == 2 and answer.out == "",
           f"more than two errors:\n{answer.all}")
    expect(os.listdir(place.folder) == [], "something was started")
    profits, steps = (re.findall(r'"([^"]+(?:%|bps))"', line) for line in answer.err.splitlines())
    expect(len(profits) == 3 and len(steps) == 3, answer.err)
    for profit, step in zip(profits, steps):
        words = [profit if w == "0.008" else step if w == "0.06" else w for w in SEED]
        place.call("check", "--exchange", "paper", *words).ended(0)


def all_errors_of_a_file_come_at_once_with_their_places(place):
    name = place.write("bot.toml", WRONG)
    for command in ("check", "run"):
        answer = place.call(command, name).ended(3)
        for row in (
            "bot.toml:2:8: `name`",
            "bot.toml:3:1: unknown key `lve` in [bot], did you mean `live`?",
            "bot.toml:6:22: `max_order_notional`",
            "bot.toml:9:15: [venues.aster] trades real money",
            "bot.toml:10:11: `api_key`: a secret is never written",
            "bot.toml:12:1: key `kind` is missing in [venues.nowhere]",
            "bot.toml:15:9: venue `astr` is not defined, did you mean `aster`?",
            'bot.toml:18:15: `take_profit`: "0.008" has no unit; write "0.008%"',
            "bot.toml:19:1: unknown key `take_proft` in [strategies.grid], did you mean",
            'bot.toml:20:13: `direction`: "up" is not one of buy, sell',
            'bot.toml:21:13: `wait_time`: "35" has no unit; write "35s"',
        ):
            contains(answer.err, row)
        expect(len(answer.err.splitlines()) == 11, answer.err)
        expect("abcdef" not in answer.all, "a secret was printed")
    expect(os.listdir(place.folder) == ["bot.toml"], "something was started")


def a_file_that_is_not_there_is_named(place):
    contains(place.call("run", "none.toml").ended(3).err, "none.toml")


def mainnet_needs_live(place):
    keys = {"TEST_KEY": "kkkkkkkkkkkkkkkk", "TEST_SECRET": "ssssssssssssssss"}
    name = place.write("bot.toml", MAINNET.format(live=""))
    for command in ("check", "run"):
        answer = place.call(command, name, environment=keys).ended(3)
        contains(answer.err, "bot.toml:11:15", "real money", "live = true")
    words = ["--ticker", "BTC", "--exchange", "aster", "--environment", "mainnet"]
    contains(place.call("run", *words, environment=keys).ended(3).err, "real money")
    expect(os.listdir(place.folder) == ["bot.toml"], "something was started")
    name = place.write("bot.toml", MAINNET.format(live="live = true"))
    place.call("check", name, environment=keys).ended(0)


def a_missing_secret_is_named_and_a_present_one_never_shown(place):
    name = place.write("bot.toml", MAINNET.format(live="live = true"))
    contains(place.call("run", name).ended(3).err, "TEST_KEY", "TEST_SECRET", "not set")
    keys = {"TEST_KEY": "kkkkkkkkkkkkkkkk", "TEST_SECRET": "ssssssssssssssss"}
    answer = place.call("check", "--print", name, environment=keys).ended(0)
    contains(answer.out, 'api_key = "env:TEST_KEY"', 'take_profit = "0.08%"',
             "max_open_orders = 200")
    for value in keys.values():
        expect(value not in answer.all, "a secret was printed")


def the_printed_configuration_is_the_same_configuration(place):
    name = place.write("bot.toml", MAINNET.format(live="live = true"))
    keys = {"TEST_KEY": "kkkkkkkkkkkkkkkk", "TEST_SECRET": "ssssssssssssssss"}
    first = place.call("check", "--print", name, environment=keys).ended(0).out
    text, verdict = first.rsplit("the configuration is valid", 1)
    again = place.call("check", place.write("printed.toml", text), environment=keys).ended(0).out
    expect(again == "the configuration is valid" + verdict, again)


if __name__ == "__main__":
    sys.exit(main([
        every_help_text_teaches,
        nothing_at_all_shows_the_help,
        a_slip_on_the_command_line_is_named_with_the_nearest,
        the_version_is_one_line,
        every_kind_is_listed_once_with_its_parameters,
        the_seeds_documented_command_is_refused_with_the_spellings_that_would_do,
        all_errors_of_a_file_come_at_once_with_their_places,
        a_file_that_is_not_there_is_named,
        mainnet_needs_live,
        a_missing_secret_is_named_and_a_present_one_never_shown,
        the_printed_configuration_is_the_same_configuration,
    ], at_once=2))
