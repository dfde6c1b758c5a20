"""Cases of a command line test: each in a folder of its own, several at a time, with what the
programs said when one fails."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "end_to_end"))
from processes import Failure, Simulator, wait_for  # noqa: E402,F401

BIN_DIR = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "."
BINARY = os.path.join(BIN_DIR, "actorbot")
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")

FINAL = {"filled", "cancelled", "rejected", "expired"}


def expect(condition, what):
    if not condition:
        raise Failure(what)


def contains(text, *parts):
    for part in parts:
        expect(part in text, f"{part!r} is not in:\n{text}")


class Done:
    """A command that ended."""

    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr
        self.all = self.out + self.err

    def ended(self, code):
        expect(self.code == code, f"exit code {self.code}, expected {code}:\n{self.all}")
        return self


class Running:
    """A bot that runs in the background; its output goes to two files."""

    def __init__(self, place, arguments, environment, name):
        self.files = [os.path.join(place.folder, f"{name}.{kind}") for kind in ("out", "err")]
        with open(self.files[0], "w") as out, open(self.files[1], "w") as err:
            self.process = subprocess.Popen([BINARY, *arguments], cwd=place.folder, stdout=out,
                                            stderr=err, env=place.environment | environment)

    @property
    def out(self):
        return open(self.files[0]).read()

    @property
    def log(self):
        return open(self.files[1]).read()

    def says(self, pattern, count=1, limit=60):
        """Waits until the log matches so often; returns the matches."""
        def look():
            found = re.findall(pattern, self.log)
            if len(found) < count and self.process.poll() is not None:
                found = re.findall(pattern, self.log)
                expect(len(found) >= count,
                       f"ended with {self.process.returncode} before it said {pattern!r}")
            return found if len(found) >= count else None
        return wait_for(f"{count} x {pattern!r} in the log", look, limit)

    def send(self, number):
        self.process.send_signal(number)

    def ended(self, code, limit=40):
        try:
            got = self.process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            raise Failure(f"did not end within {limit} s") from None
        expect(got == code, f"exit code {got}, expected {code}")
        return self


class Place:
    """A folder, the bots started in it, and their clean-up."""

    def __init__(self, folder):
        self.folder, self.running, self.simulators = folder, [], []
        self.at_end = []
        self.environment = {k: v for k, v in os.environ.items()
                            if not k.startswith(("ASTER_", "TEST_"))}

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        return name

    def json(self, *parts):
        with open(self.path(*parts)) as file:
            return json.load(file)

    def call(self, *arguments, environment=None, limit=60):
        return Done(subprocess.run([BINARY, *arguments], cwd=self.folder, capture_output=True,
                                   text=True, timeout=limit,
                                   env=self.environment | (environment or {})))

    def start(self, *arguments, environment=None, name=None):
        bot = Running(self, arguments, environment or {}, name or f"bot{len(self.running)}")
        self.running.append(bot)
        return bot

    def simulator(self, name="sim"):
        os.makedirs(self.path(name), exist_ok=True)
        one = Simulator(os.path.join(BIN_DIR, "actorbot-sim"), self.path(name))
        self.simulators.append(one)
        return one

    def written(self):
        """Everything that any program wrote into this folder, the simulators' own files aside."""
        text = ""
        for folder, _, names in os.walk(self.folder):
            if any(folder.startswith(s.folder) for s in self.simulators):
                continue
            for name in sorted(names):
                with open(os.path.join(folder, name), errors="replace") as file:
                    text += file.read()
        return text

    def end(self):
        for action in self.at_end:
            action()
        for bot in self.running:
            if bot.process.poll() is None:
                bot.process.kill()
                bot.process.wait()
        for simulator in self.simulators:
            simulator.stop()

    def last_words(self):
        return "".join(f"--- {os.path.basename(path)}, last lines\n{open(path).read()[-3000:]}\n"
                       for bot in self.running for path in bot.files)


def run_one(case):
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="actorbot-") as folder:
        place = Place(folder)
        try:
            case(place)
            problem = None
        except (Failure, subprocess.TimeoutExpired) as error:
            problem = f"{error}\n{place.last_words()}"
        except Exception:  # a report without an expected key, for example
            problem = f"{traceback.format_exc()}\n{place.last_words()}"
        finally:
            place.end()
    return case.__name__.replace("_", " "), problem, time.monotonic() - start


def main(cases, at_once=8):
    """Runs them all, a few at a time: most of their time is waiting."""
    chosen = [c for c in cases if len(sys.argv) < 3 or sys.argv[2] in c.__name__]
    failed = 0
    with ThreadPoolExecutor(at_once) as pool:
        for name, problem, seconds in pool.map(run_one, chosen):
            print(f"{'FAILED' if problem else 'ok'}: {name} ({seconds:.1f} s)", flush=True)
            if problem:
                failed += 1
                print(problem, flush=True)
    return 1 if failed else 0
