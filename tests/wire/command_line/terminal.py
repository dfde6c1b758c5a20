#!/usr/bin/env python3
"""On a terminal a live status line stays below the log; elsewhere there are plain lines only.
usage: terminal.py BIN_DIR [PART OF A CASE'S NAME]"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios

from cases import BINARY, Failure, contains, expect, main, wait_for

COLUMNS = 60
ERASE = "\x1b[1A\x1b[2K"


class Terminal:
    """The bot as the foreground process of a terminal of its own."""

    def __init__(self, place, *arguments):
        self.text, self.gone = "", False
        place.at_end.append(self.kill)
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
            os.chdir(place.folder)
            os.execve(BINARY, [BINARY, *arguments], place.environment)

    def shows(self, pattern, limit=40):
        def look():
            self.read()
            return re.search(pattern, self.text)
        try:
            return wait_for(f"{pattern!r} on the terminal", look, limit)
        except Failure as error:
            raise Failure(f"{error}:\n{self.text[-3000:]}") from None

    def read(self):
        while select.select([self.master], [], [], 0)[0]:
            try:
                part = os.read(self.master, 65536)
            except OSError:  # the other side is closed
                return
            if not part:
                return
            self.text += part.decode()

    def type(self, keys):
        os.write(self.master, keys)

    def exit_code(self, limit=30):
        def gone():
            self.read()
            pid, self.status = os.waitpid(self.pid, os.WNOHANG)
            self.gone = pid == self.pid
            return self.gone
        wait_for("the end of the bot", gone, limit)
        self.read()
        return os.waitstatus_to_exitcode(self.status)

    def kill(self):
        if not self.gone:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)


def screen(text):
    """What the terminal shows after that: lines, with the bot's two control sequences obeyed."""
    lines = [""]
    for token in re.findall(r"\x1b\[1A|\x1b\[2K|\r|\n|[^\x1b\r\n]+", text):
        if token == "\x1b[1A":
            lines.pop()
        elif token == "\x1b[2K":
            lines[-1] = ""
        elif token == "\n":
            lines.append("")
        elif token != "\r":
            lines[-1] += token
    return lines


def a_terminal_has_a_live_status_line_until_ctrl_c(place):
    bot = Terminal(place, "run", "--ticker", "BTC", "--on-stop", "flatten")
    bot.shows(r"\ngrid: \w+, PnL [+-]\d")
    bot.shows(r"(?s)grid: \w+, PnL.*" + re.escape(ERASE) + r"(?s:.*)grid: \w+, PnL")
    status = [line for line in re.split(r"[\r\n]+", bot.text.replace(ERASE, ""))
              if re.match(r"grid: \w+, PnL", line)]
    expect(status and all(len(line) < COLUMNS for line in status),
           f"a status line wraps, so that it cannot be taken away: {status}")
    expect(len([s for s in screen(bot.text) if re.match(r"grid: \w+, PnL", s)]) <= 1,
           "more than one status line is left")
    bot.type(b"\x03")
    expect(bot.exit_code() == 0, "it did not end in order:\n" + bot.text[-2000:])
    last = screen(bot.text)
    expect(not [s for s in last if re.match(r"grid: \w+, PnL", s)], "a status line was left")
    contains("\n".join(last), "stopped: interrupted (SIGINT)", "PnL")


def elsewhere_the_status_is_a_plain_log_line(place):
    bot = place.start("run", "--ticker", "BTC", "--for", "4s", "--set", "report.interval=1s")
    bot.ended(0)
    expect("\x1b" not in bot.log + bot.out, "control sequences in a file")
    rows = re.findall(r"^\S+Z info    grid: \w+, PnL .*, position BTC .* cycles, \d+ fills",
                      bot.log, re.M)
    expect(2 <= len(rows) <= 5, f"{len(rows)} status lines in 4 s")
    for line in bot.log.splitlines():
        expect(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \w+ +\S", line), line)


if __name__ == "__main__":
    sys.exit(main([
        a_terminal_has_a_live_status_line_until_ctrl_c,
        elsewhere_the_status_is_a_plain_log_line,
    ]))
