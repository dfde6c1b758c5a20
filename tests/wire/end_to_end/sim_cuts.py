#!/usr/bin/env python3
"""The simulator survives what it does to others: streams that are cut while frames are written to
them, again and again, and a client that never reads. usage: sim_cuts.py BIN_DIR"""

import base64
import os
import selectors
import socket
import ssl
import sys
import time

from processes import Failure, run

CLIENTS = 24
SECONDS = 6
STREAMS = "/".join("btcusdt@" + name for name in ("bookTicker", "aggTrade", "markPrice@1s",
                                                  "depth@100ms"))


class Client:
    """One stream; reads and throws away."""

    def __init__(self, simulator, context, streams):
        self.bytes = 0
        raw = socket.create_connection(("127.0.0.1", simulator.port), timeout=10)
        self.socket = context.wrap_socket(raw, server_hostname="localhost")
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET /stream?streams={streams} HTTP/1.1\r\nHost: localhost\r\n"
                             "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                             f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
                             ).encode())
        answer = self.socket.recv(4096)
        if not answer.startswith(b"HTTP/1.1 101"):
            raise Failure(f"the stream was not opened: {answer[:200]}")
        self.socket.setblocking(False)

    def read(self):
        """False when the stream is gone."""
        try:
            while True:
                data = self.socket.recv(65536)
                if not data:
                    return False
                self.bytes += len(data)
        except ssl.SSLWantReadError:
            return True
        except OSError:
            return False


def new_client(stage, context, streams=STREAMS):
    """A stream that was cut during its own handshake is tried again."""
    def attempt():
        try:
            return Client(stage.simulator, context, streams)
        except OSError:
            return None
    return stage.wait("a stream", attempt, 20)


def cut_again_and_again(stage, context):
    simulator = stage.simulator
    selector = selectors.DefaultSelector()
    frames_bytes = cuts = 0

    def open_one():
        client = new_client(stage, context)
        selector.register(client.socket, selectors.EVENT_READ, client)

    for _ in range(CLIENTS):
        open_one()
    end, next_cut = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        for key, _ in selector.select(timeout=0.01):
            client = key.data
            if not client.read():
                selector.unregister(client.socket)
                client.socket.close()
                frames_bytes += client.bytes
        if time.monotonic() >= next_cut:
            cuts += simulator.ask("POST", "/streams", {"action": "cut", "match": "/stream"})["cut"]
            next_cut = time.monotonic() + 0.05
        while len(selector.get_map()) < CLIENTS and time.monotonic() < next_cut + 0.05:
            open_one()
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    simulator.check_alive()
    print(f"  {cuts} streams cut, {frames_bytes / 1e6:.1f} MB of frames read")
    assert cuts >= 100, f"only {cuts} streams were cut"
    assert frames_bytes > 1e6, f"only {frames_bytes} bytes were read: nothing was being written"


def one_that_never_reads(stage, context):
    simulator = stage.simulator
    deaf = new_client(stage, context)
    healthy = new_client(stage, context, "btcusdt@markPrice@1s")

    def cut_off():
        simulator.ask("POST", "/time", {"action": "jump", "by": "10m"})
        assert healthy.read(), "a client that reads was cut off"
        return deaf_is_gone()

    def deaf_is_gone():
        # Nothing is read: a write tells that the other side is gone.
        try:
            deaf.socket.sendall(b"\x8a\x80\0\0\0\0")  # an unasked pong, masked
            return False
        except OSError:
            return True

    stage.wait("the client that never reads to be cut off", cut_off, 60)
    print("  a client that never reads is cut off, another one is not")


def steps(stage):
    simulator = stage.simulator
    context = ssl.create_default_context(cafile=simulator.ca_file)
    simulator.ask("POST", "/time", {"action": "speed", "factor": 50})
    cut_again_and_again(stage, context)
    simulator.ask("POST", "/time", {"action": "speed", "factor": 1})
    one_that_never_reads(stage, context)
    code = simulator.stop()
    assert code == 0, f"the simulator's exit code is {code}"


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], steps))
