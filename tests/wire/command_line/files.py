#!/usr/bin/env python3
"""Locks, state, log and report files, in order and broken.
usage: files.py BIN_DIR [PART OF A CASE'S NAME]"""

import os
import signal
import sys

from cases import contains, expect, main

PAPER = ["run", "--ticker", "BTC"]
STATE = "state/grid-btc-paper.json"


def two_with_one_name_exclude_each_other(place):
    first = place.start(*PAPER)
    first.says("paper: live")
    second = place.call(*PAPER, "--for", "1s").ended(4)
    contains(second.err, "grid-btc-paper", STATE)
    place.call(*PAPER, "--for", "1s", "--set", "bot.name=another").ended(0)
    first.send(signal.SIGTERM)
    first.ended(0)
    place.call(*PAPER, "--for", "1s").ended(0)


def a_killed_bot_leaves_no_lock_and_no_run_number_comes_twice(place):
    first = place.start(*PAPER)
    first.says("paper: live")
    expect(place.json(STATE)["run"] == 1, "the run number was not written before the first order")
    first.send(signal.SIGKILL)
    first.ended(-signal.SIGKILL)
    place.call(*PAPER, "--for", "1s").ended(0)
    expect(place.json(STATE)["run"] == 2, "the run number was used again")


def a_damaged_state_file_is_named_and_left_alone(place):
    os.mkdir(place.path("state"))
    for text in ("", '{"run": 3, "strat', "[]", '{"run": "x", "strategies": {}, "saved": {}}'):
        place.write(STATE, text)
        answer = place.call(*PAPER).ended(1)
        contains(answer.err, STATE, "damaged", "another name")
        expect(open(place.path(STATE)).read() == text, "the evidence was overwritten")


def a_state_folder_that_cannot_be_made_is_named(place):
    place.write("state", "a file where the folder should be")
    contains(place.call(*PAPER).ended(1).err, "state")
    contains(place.call(*PAPER, "--state-dir", "/proc/actorbot").ended(1).err, "/proc/actorbot")


def a_report_that_cannot_be_written_is_said_before_anything_starts(place):
    for path in ("nowhere/report.json", "/proc/report.json", "."):
        answer = place.call(*PAPER, "--report", path).ended(1)
        contains(answer.err, "cannot write the report", path)
        expect("live" not in answer.err, "it started")
    expect(not os.path.exists(place.path(STATE)), "a run number was used")


def a_report_that_fails_at_the_end_is_kept_beside_the_state(place):
    answer = place.call(*PAPER, "--for", "2s", "--report", "/dev/full").ended(1)
    contains(answer.err, "cannot write the report /dev/full: No space left",
             "state/grid-btc-paper.report.json")
    contains(answer.out, "PnL")
    report = place.json("state", "grid-btc-paper.report.json")
    expect(report["complete"] and report["venues"][0]["orders"], "the report is empty")
    expect(place.json(STATE)["run"] == 1, "no state")


def an_old_report_stays_until_the_new_one_is_there(place):
    place.write("report.json", "of yesterday")
    bot = place.start(*PAPER, "--report", "report.json")
    bot.says("paper: live")
    expect(open(place.path("report.json")).read() == "of yesterday", "gone")
    bot.send(signal.SIGINT)
    bot.ended(0)
    expect(place.json("report.json")["complete"], "not replaced")


def a_log_file_has_the_lines_of_the_screen(place):
    bot = place.start(*PAPER, "--for", "2s", "--set", "bot.log_file=bot.log")
    bot.ended(0)
    expect(open(place.path("bot.log")).read() == bot.log, "they differ")
    contains(bot.log, "Z info    paper: live")
    contains(place.call(*PAPER, "--set", "bot.log_file=/proc/bot.log").ended(1).err,
             "/proc/bot.log")


if __name__ == "__main__":
    sys.exit(main([
        two_with_one_name_exclude_each_other,
        a_killed_bot_leaves_no_lock_and_no_run_number_comes_twice,
        a_damaged_state_file_is_named_and_left_alone,
        a_state_folder_that_cannot_be_made_is_named,
        a_report_that_cannot_be_written_is_said_before_anything_starts,
        a_report_that_fails_at_the_end_is_kept_beside_the_state,
        an_old_report_stays_until_the_new_one_is_there,
        a_log_file_has_the_lines_of_the_screen,
    ]))
