"""Starts and stops the simulator and the bot, bounded in time, on free loopback ports."""

import http.client
import json
import os
import signal
import subprocess
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
    def __init__(self, binary, folder, data=None, limit="300s"):
        self.binary, self.folder, self.data, self.limit = binary, folder, data, limit
        self.port = self.admin = 0
        self.process = None

    def start(self):
        ports = os.path.join(self.folder, "ports")
        if os.path.exists(ports):
            os.remove(ports)
        command = [self.binary, "--port", str(self.port), "--admin-port", str(self.admin),
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

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()

    def log(self):
        return open(os.path.join(self.folder, "sim.log")).read()[-3000:]

    @property
    def ca_file(self):
        return os.path.join(self.folder, "ca", "ca.pem")

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=10)
        connection.request(method, path, json.dumps(body) if body is not None else None)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status != 200:
            raise Failure(f"{method} {path}: {answer.status} {text}")
        return json.loads(text)

    def truth(self, account="test"):
        return self.ask("GET", f"/truth?account={account}")

    def requests(self):
        return self.ask("GET", "/requests")

    def orders(self):
        return len(self.truth()["orders"])


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
