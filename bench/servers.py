# SPDX-License-Identifier: MIT
"""Starts the servers that are compared, and runs oscar-load against them."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "build/release/bin"
PASSWORD = "bench-password"
START_SECONDS = 30


class BenchError(Exception):
    pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_serves(process, port, log, socket_file):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise BenchError(f"a server ended at once; see {log}:\n{log.read_text()[-2000:]}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            if socket_file is None or socket_file.exists():
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise BenchError(f"a server does not accept connections; see {log}")


class Server:
    """A process that serves on a port of the loopback interface, for the length of a with block."""

    def __init__(self, command, port, log, socket_file=None):
        self.command, self.port, self.log, self.socket_file = command, port, log, socket_file
        self.load_prefix = []

    def __enter__(self):
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        try:
            wait_until_it_serves(self.process, self.port, self.log, self.socket_file)
        except BaseException:
            self.process.kill()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Confined:
    """A server on the first processor beside somebody who wants all of it, which leaves it about a tenth; oscar-load
    runs on the others. So even a generator on the same machine can ask for more than the server can do."""

    def __init__(self, server):
        self.server = server
        server.command = ["taskset", "-c", "0", "nice", "-n", "10", *server.command]
        server.load_prefix = ["taskset", "-c", f"1-{os.cpu_count() - 1}"]

    def __enter__(self):
        self.busy = subprocess.Popen(["taskset", "-c", "0", sys.executable, "-c", "while True: pass"])
        try:
            return self.server.__enter__()
        except BaseException:
            self.busy.kill()
            raise

    def __exit__(self, *problem):
        self.busy.kill()
        self.busy.wait()
        self.server.__exit__(*problem)


class Floor(Server):
    name = "floor"

    def __init__(self, folder, shards):
        port = free_port()
        super().__init__([BIN / "floor", str(port), str(shards)], port, folder / "floor.log")
        self.load_options = ["--floor"]


class Oscard(Server):
    name = "oscard"

    def __init__(self, folder, shards, data):
        port = free_port()
        config = data / "bench.toml"
        config.write_text(
            f'[server]\nlisten = ["127.0.0.1:{port}"]\ndata = "{data}"\nshards = {shards}\n'
            '[limits]\ntrusted = ["127.0.0.0/8"]\n[log]\nlevel = "warning"\n'
        )
        super().__init__([BIN / "oscard", "--config", config], port, folder / "oscard.log", data / "oscard.sock")
        self.config = config
        self.load_options = ["--password", PASSWORD]

    def add_accounts(self, count):
        added = subprocess.run(
            [BIN / "oscarctl", "--config", self.config, "user", "add", "--count", str(count),
             "--prefix", "load", "--rate-exempt", "--password-stdin"],
            input=PASSWORD + "\n", text=True, capture_output=True,
        )
        if added.returncode != 0:
            raise BenchError(added.stderr.strip())


class Servers:
    """Makes fresh servers for each measurement, so that none pays for what another has left behind."""

    def __init__(self, folder, shards):
        self.folder, self.shards = folder, shards
        self.templates = {}

    def floor(self):
        return Floor(self.folder, self.shards)

    def oscard(self, accounts):
        if accounts not in self.templates:
            self.templates[accounts] = self.make_template(accounts)
        data = self.folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self.templates[accounts], data, ignore=shutil.ignore_patterns("*.sock"))
        return Oscard(self.folder, self.shards, data)

    def make_template(self, accounts):
        data = self.folder / f"accounts-{accounts}"
        data.mkdir()
        with Oscard(self.folder, self.shards, data) as server:
            server.add_accounts(accounts)
        return data


def load(server, scenario, *options, timeout=300):
    """The figures of one run of oscar-load. A run that failed is no measurement."""
    command = [*server.load_prefix, BIN / "oscar-load", scenario, "--server", f"127.0.0.1:{server.port}",
               "--server-pid", str(server.process.pid), "--json", "--quiet", *server.load_options,
               *[str(option) for option in options]]
    run = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    if run.returncode not in (0, 1) or not run.stdout:
        raise BenchError(f"oscar-load: {run.stderr.strip()}")
    report = json.loads(run.stdout)
    if not report["ok"]:
        raise BenchError(f"{server.name}, {report['what']}: {'; '.join(report['problems'])}")
    return report["figures"]
