"""Starts and stops the simulator and the bot, bounded in time, on free loopback ports."""

import http.client
import json
import os
import re
import signal
import subprocess
import tempfile
import time


class Failure(Exception):
    pass


def wait_for(what, condition, limit):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise Failure(f"{what} did not happen within {limit} s")


class Simulator:
    def __init__(self, binary, folder, data=None, limit="300s", settings=None):
        """`settings` is the text of a sim.toml."""
        self.binary, self.folder, self.data, self.limit = binary, folder, data, limit
        self.settings = settings
        self.port = self.admin = 0
        self.process = None

    def start(self):
        ports = os.path.join(self.folder, "ports")
        if os.path.exists(ports):
            os.remove(ports)
        command = [self.binary]
        if self.settings is not None:
            command.append(os.path.join(self.folder, "sim.toml"))
            with open(command[-1], "w") as file:
                file.write(self.settings)
        command += ["--port", str(self.port), "--admin-port", str(self.admin),
                    "--ca-dir", os.path.join(self.folder, "ca"), "--ports-file", ports,
                    "--state-file", os.path.join(self.folder, "sim.state"), "--for", self.limit]
        if self.data:
            command += ["--data", self.data]
        log = open(os.path.join(self.folder, "sim.log"), "a")
        self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for("the simulator's start",
                 lambda: os.path.exists(ports) or self.process.poll() is not None, 60)
        if self.process.poll() is not None:
            raise Failure("the simulator ended at once: " + self.log())
        self.port, self.admin = map(int, open(ports).read().split())

    def check_alive(self):
        if self.process.poll() is not None:
            raise Failure(f"the SIMULATOR ended by itself with {self.process.returncode}:\n"
                          + self.log())

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Its exit code; None when it had to be killed or was not running."""
        if not self.process or self.process.poll() is not None:
            return None
        self.process.terminate()
        try:
            return self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def log(self):
        return open(os.path.join(self.folder, "sim.log")).read()[-3000:]

    @property
    def ca_file(self):
        return os.path.join(self.folder, "ca", "ca.pem")

    def ask(self, method, path, body=None, status=200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=30)
            connection.request(method, path, json.dumps(body) if body is not None else None)
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
        except (OSError, http.client.HTTPException) as error:
            time.sleep(0.1)  # a process that is dying is not dead yet
            self.check_alive()
            raise Failure(f"{method} {path}: no answer from the simulator: {error}") from error
        if answer.status != status:
            raise Failure(f"{method} {path}: {answer.status} {text}")
        return json.loads(text)

    def truth(self, account="test"):
        return self.ask("GET", f"/truth?account={account}")

    def requests(self):
        return self.ask("GET", "/requests")

    def orders(self):
        return len(self.truth()["orders"])

    def resting(self):
        return [o for o in self.truth()["orders"] if o["state"] in ("open", "partially_filled")]


class Bot:
    def __init__(self, binary, folder, config_text, environment, limit="240s"):
        self.binary, self.folder, self.limit = binary, folder, limit
        self.config = os.path.join(folder, "bot.toml")
        self.report_file = os.path.join(folder, "report.json")
        open(self.config, "w").write(config_text)
        self.environment = dict(os.environ) | environment
        self.process = None

    def start(self):
        log = open(os.path.join(self.folder, "bot.log"), "a")
        self.process = subprocess.Popen(
            [self.binary, "run", self.config, "--report", self.report_file, "--for", self.limit],
            stdout=log, stderr=log, env=self.environment, cwd=self.folder)

    def log(self):
        return open(os.path.join(self.folder, "bot.log")).read()

    def count(self, pattern):
        return len(re.findall(pattern, self.log()))

    def count_live(self):
        return self.count(r"(aster|backpack|grvt): live")

    def check_alive(self):
        if self.process.poll() is not None:
            raise Failure(f"the bot ended with {self.process.returncode}:\n" + self.log()[-4000:])

    def stop(self):
        """SIGTERM, the exit code and the report."""
        self.check_alive()
        self.process.terminate()
        try:
            code = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failure("the bot did not stop within 30 s:\n" + self.log()[-4000:])
        if not os.path.exists(self.report_file):
            raise Failure("no report was written:\n" + self.log()[-4000:])
        return code, json.load(open(self.report_file))

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


# The published test keys of the simulator's account.
KEYS = {
    "backpack": ('api_secret = "env:TEST_SECRET"',
                 {"TEST_SECRET": "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="}),
    "grvt": ('api_key = "env:TEST_API_KEY"\nsigner_key = "env:TEST_SIGNER_KEY"\n'
             'sub_account_id = "2170173671177"',
             {"TEST_API_KEY": "2edEADrLQzXQcQVHwXzTnjlQrYd",
              "TEST_SIGNER_KEY": "0x" + "0" * 63 + "1"}),
    "v1": ('api = "v1"\napi_key = "env:TEST_API_KEY"\napi_secret = "env:TEST_API_SECRET"',
           {"TEST_API_KEY": "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83",
            "TEST_API_SECRET":
                "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"}),
    "v3": ('api = "v3"\nuser = "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"\n'
           'signer_key = "env:TEST_SIGNER_KEY"',
           {"TEST_SIGNER_KEY": "0x" + "0" * 63 + "1"}),
}

# sim.toml of the dialects that are not the simulator's own default.
SETTINGS = {
    "backpack": """
dialect = "backpack"
[[accounts]]
name = "test"
balance = "100000"
[accounts.credentials]
api_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
""",
    "grvt": """
dialect = "grvt"
[[accounts]]
name = "test"
balance = "100000"
[accounts.credentials]
sub_account_id = "2170173671177"
signer = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
api_key = "2edEADrLQzXQcQVHwXzTnjlQrYd"
""",
}

CONFIG = """
[bot]
name = "end-to-end"
on_stop = "{on_stop}"
log_level = "info"

[runtime]
threads = {threads}

[risk]
max_order_notional = 10000
max_position_notional = 50000
max_gross_exposure = 50000
max_orders_per_second = 50
repeated_executions = 1000

[venues.{kind}]
environment = "local"
rest = "https://localhost:{port}"
ws = "wss://localhost:{port}"
ca_file = "{ca}"
{keys}
{venue}

[strategies.grid]
venue = "{kind}"
ticker = "BTC"
quantity = "0.002"
direction = "buy"
take_profit = "{take_profit}"
wait_time = "{wait_time}"
max_orders = {max_orders}
"""


class Stage:
    """A simulator and a bot against it."""

    def __init__(self, bin_dir, folder, data=None, settings=None):
        self.bin_dir, self.folder = bin_dir, folder
        self.simulator = Simulator(os.path.join(bin_dir, "actorbot-sim"), folder, data,
                                   settings=settings)
        self.bot = None

    def start_bot(self, api="v3", on_stop="cancel", take_profit="0.5bps", wait_time="400ms",
                  max_orders=20, venue="", threads=1):
        keys, environment = KEYS[api]
        config = CONFIG.format(port=self.simulator.port, ca=self.simulator.ca_file, keys=keys,
                               on_stop=on_stop, take_profit=take_profit, wait_time=wait_time,
                               max_orders=max_orders, venue=venue, threads=threads,
                               kind=api if api in SETTINGS else "aster")
        self.bot = Bot(os.path.join(self.bin_dir, "actorbot"), self.folder, config, environment)
        self.bot.start()

    def wait(self, what, condition, limit):
        """As wait_for, and says at once when a process is gone that should not be."""
        def check():
            self.simulator.check_alive()
            if self.bot:
                self.bot.check_alive()
            return condition()
        return wait_for(what, check, limit)

    def wait_live(self, before=0, limit=30):
        self.wait("the venue to be live", lambda: self.bot.count_live() > before, limit)

    def back_to_live(self, before, what, limit=30):
        """Seconds until the log says that the venue is live once more."""
        start = time.monotonic()
        self.wait(f"live after {what}", lambda: self.bot.count_live() > before, limit)
        seconds = time.monotonic() - start
        print(f"  {what}: live again, seen after {seconds:.2f} s", flush=True)
        return seconds

    def more_orders(self, count, limit=40):
        target = self.simulator.orders() + count
        self.wait(f"{count} more orders", lambda: self.simulator.orders() >= target, limit)


def run(bin_dir, steps, data=None, settings=None):
    """An exit code: steps(stage) raises Failure or AssertionError, or returns."""
    with tempfile.TemporaryDirectory(prefix="actorbot-") as folder:
        stage = Stage(bin_dir, folder, data, settings)
        start = time.monotonic()
        try:
            stage.simulator.start()
            steps(stage)
            print(f"passed in {time.monotonic() - start:.1f} s")
            return 0
        except (Failure, AssertionError) as error:
            print(f"FAILED: {error}")
            if stage.bot:
                print("--- the bot's log, last lines\n" + stage.bot.log()[-6000:])
            print("--- the simulator's log, last lines\n" + stage.simulator.log()[-2000:])
            return 1
        finally:
            if stage.bot:
                stage.bot.kill()
            stage.simulator.stop()
