# SPDX-License-Identifier: MIT
"""scripts/bench: floor and oscard in turn, several times over; medians, ratios and how far they spread."""

import argparse
import os
import pathlib
import platform
import re
import statistics
import sys
import tempfile
import time

import draw
from servers import ROOT, BenchError, Confined, Servers, load


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer sessions and repetitions")
    parser.add_argument("--update", action="store_true", help="write table and pictures into the documentation")
    parser.add_argument("--repetitions", type=int, help="of each measurement")
    parser.add_argument("--shards", type=int, default=max(1, (os.cpu_count() or 1) - 1),
                        help="threads of either server; by default one processor is left to oscar-load")
    parser.add_argument("--only", metavar="WORD", help="only the rows whose name holds this")
    return parser.parse_args()


class Settings:
    def __init__(self, quick, repetitions):
        self.repetitions = repetitions or (2 if quick else 5)
        self.few = 1 if quick else 3  # of what takes long
        self.time = ["--duration", 1 if quick else 3, "--warm-up", 0.3 if quick else 0.7]
        self.long = ["--duration", 2 if quick else 10, "--warm-up", 0.7]  # where few samples decide
        self.crowd = 2000 if quick else 15000
        self.accounts = 2100 if quick else 15100
        self.few_accounts = 100
        self.many_accounts = 10000 if quick else 100000


class Row:
    """Pairs of measurements, floor and oscard (or oscard alone, against nothing)."""

    def __init__(self, name, unit, digits=0):
        self.name, self.unit, self.digits = name, unit, digits
        self.floor, self.oscard = [], []

    def add(self, oscard, floor=None):
        self.oscard.append(oscard)
        if floor is not None:
            self.floor.append(floor)

    def ratios(self):
        return [own / least for own, least in zip(self.oscard, self.floor)]

    def costs(self):
        """How many times the floor's cost; a rate costs the more the lower it is."""
        return [1 / ratio for ratio in self.ratios()] if self.unit == "a second" else self.ratios()

    def cells(self):
        def shown(value):
            return f"{value:,.{self.digits}f}"

        def spread(values, show):
            return show(statistics.median(values)) + (f" ({show(min(values))} to {show(max(values))})"
                                                      if len(values) > 1 else "")

        floor = shown(statistics.median(self.floor)) if self.floor else ""
        ratio = spread(self.ratios(), lambda value: f"{value:.2f}") if self.floor else ""
        oscard = shown(statistics.median(self.oscard)) if self.floor else spread(self.oscard, shown)
        return [self.name, self.unit, oscard, floor, ratio]


class Bench:
    def __init__(self, servers, settings, only):
        self.servers, self.settings, self.only = servers, settings, only
        self.rows = []
        self.growth = {}  # sessions -> (floor, oscard) CPU per message
        self.memory = []  # (sessions, bytes)
        self.closed_loop_rate = None

    def wants(self, name):
        return not self.only or self.only in name

    def row(self, name, unit, digits=0):
        self.rows.append(Row(name, unit, digits))
        return self.rows[-1]

    def in_turn(self, repetitions, scenario, *options):
        """Figures of floor and of oscard, run one after the other, as often as asked."""
        for repetition in range(repetitions):
            print(f"  {scenario} {' '.join(map(str, options))}: {repetition + 1} of {repetitions}", file=sys.stderr)
            with self.servers.floor() as floor:
                least = load(floor, scenario, *options)
            yield least, self.oscard(self.settings.accounts, scenario, *options)

    def oscard(self, accounts, scenario, *options):
        with self.servers.oscard(accounts) as server:
            return load(server, scenario, *options)

    def messages(self, pairs, window):
        name = f"IM, {pairs:,} pair{'s' if pairs > 1 else ''}, window {window}"
        if not self.wants(name):
            return
        rate = self.row(f"{name}: messages", "a second")
        cpu = self.row(f"{name}: server CPU", "us a message", 2)
        latency = self.row(f"{name}: median latency", "us", 1) if pairs == 1 else None
        worst = self.row(f"{name}: longest latency", "ms", 1) if pairs >= 1000 else None
        figures = list(self.in_turn(self.settings.repetitions, "im", "--pairs", pairs, "--window", window,
                                    *self.settings.time))
        for least, own in figures:
            rate.add(own["messages_per_s"], least["messages_per_s"])
            cpu.add(own["server_cpu_us"], least["server_cpu_us"])
            if latency:
                latency.add(own["latency_p50_us"], least["latency_p50_us"])
            if worst:
                worst.add(own["latency_max_us"] / 1000, least["latency_max_us"] / 1000)
        if window == 1:
            self.growth[2 * pairs] = (statistics.median(cpu.floor), statistics.median(cpu.oscard))
        if pairs == 100 and window == 1:
            self.closed_loop_rate = statistics.median(rate.oscard)

    def open_loop(self):
        name = "IM, 100 pairs at half of that rate"
        if not self.wants(name) or self.closed_loop_rate is None:
            return
        each = int(self.closed_loop_rate / 2)  # oscard's, for both
        row = self.row(f"{name}: p99 latency", "us", 1)
        for least, own in self.in_turn(self.settings.repetitions, "im", "--pairs", 100, "--rate", each,
                                       *self.settings.long):
            row.add(own["latency_p99_us"], least["latency_p99_us"])

    def growing(self):
        pairs = self.settings.crowd // 2
        if not self.wants("growth") or 2 * pairs in self.growth:
            return
        figures = list(self.in_turn(self.settings.few, "im", "--pairs", pairs, *self.settings.time))
        row = self.row(f"IM, {pairs:,} pairs, window 1: server CPU", "us a message", 2)
        for least, own in figures:
            row.add(own["server_cpu_us"], least["server_cpu_us"])
        self.growth[2 * pairs] = (statistics.median(row.floor), statistics.median(row.oscard))

    def presence(self):
        watchers = 1000
        name = f"state change to {watchers:,} watchers"
        if not self.wants(name):
            return
        options = ["presence", "--watchers", watchers, *self.settings.time]
        time_row = self.row(f"{name}: until the last", "ms", 2)
        cpu = self.row(f"{name}: server CPU", "us a watcher", 2)
        many = self.row(f"the same with {self.settings.many_accounts:,} accounts: until the last", "ms", 2)
        for least, own in self.in_turn(self.settings.repetitions, *options):
            time_row.add(own["last_watcher_p50_us"] / 1000, least["last_watcher_p50_us"] / 1000)
            cpu.add(own["server_cpu_us"], least["server_cpu_us"])
            own = self.oscard(self.settings.many_accounts, *options)
            many.add(own["last_watcher_p50_us"] / 1000, least["last_watcher_p50_us"] / 1000)

    def sign_on(self):
        for accounts in (self.settings.few_accounts, self.settings.accounts, self.settings.many_accounts):
            name = f"sign-on, {accounts:,} accounts"
            if not self.wants(name):
                continue
            rate = self.row(f"{name}: complete", "a second")
            cpu = self.row(f"{name}: server CPU", "us each")
            for repetition in range(self.settings.few):
                print(f"  signon, {accounts} accounts: {repetition + 1}", file=sys.stderr)
                own = self.oscard(accounts, "signon", "--sessions", min(accounts, self.settings.accounts),
                                  *self.settings.time)
                rate.add(own["sign_ons_per_s"])
                cpu.add(own["server_cpu_us"])

    def storm(self):
        name = f"storm of {self.settings.crowd:,} sessions"
        if not self.wants(name):
            return
        row = self.row(f"{name}: until all are back", "s", 2)
        for repetition in range(self.settings.few):
            print(f"  {name}: {repetition + 1}", file=sys.stderr)
            own = self.oscard(self.settings.accounts, "storm", "--sessions", self.settings.crowd)
            row.add(own["all_back_s"])

    def idle(self):
        for buddies, accounts in ((0, self.settings.accounts), (0, self.settings.many_accounts),
                                  (100, self.settings.accounts)):
            name = f"{self.settings.crowd:,} idle sessions, {buddies} buddies each, {accounts:,} accounts"
            if not self.wants(name):
                continue
            row = self.row(f"{name}: memory", "KiB a session", 2)
            cpu = self.row(f"{name}: CPU", "% of a processor", 1)
            print(f"  {name}", file=sys.stderr)
            own = self.oscard(accounts, "idle", "--sessions", self.settings.crowd,
                              "--buddies", buddies, *self.settings.time)
            row.add(own["server_bytes_per_session"] / 1024)
            cpu.add(own["server_cpu_percent"])

    def weather(self):
        """More than the server can do, when it has a tenth of a processor; and receivers that do not read."""
        name = "overload: twice what it carries"
        if self.wants(name) and os.cpu_count() > 1:
            print(f"  {name}", file=sys.stderr)
            pairs = ["im", "--pairs", 100]
            with Confined(self.servers.oscard(self.settings.accounts)) as server:
                carries = int(load(server, *pairs, "--window", 64, *self.settings.time)["messages_per_s"])
            with Confined(self.servers.oscard(self.settings.accounts)) as server:
                own = load(server, *pairs, "--rate", 2 * carries, "--then-rate", carries // 10, *self.settings.time)
            self.row("a tenth of a processor: carries", "a second").add(carries)
            self.row(f"{name}: carried", "a second").add(own["messages_per_s"])
            self.row(f"{name}: fewest of a user, of the most", "%").add(
                100 * own["fewest_of_a_user"] / own["most_of_a_user"])
            self.row(f"{name}: server memory grew by", "MiB", 1).add(own["server_growth_bytes"] / 2**20)
            self.row("then a tenth of that: backlog gone after", "s", 1).add(own["backlog_s"])
        name = "50 pairs beside 20 who do not read"
        if self.wants(name):
            without = self.row("50 pairs: p99 latency", "us", 1)
            latency = self.row(f"{name}: p99 latency", "us", 1)
            memory = self.row(f"{name}: server memory grew by", "MiB", 1)
            for _ in range(self.settings.few):
                print(f"  {name}", file=sys.stderr)
                alone = self.oscard(self.settings.accounts, "im", "--pairs", 50, "--duration", 8)
                own = self.oscard(self.settings.accounts, "im", "--pairs", 50, "--stalled", 20, "--duration", 8)
                without.add(alone["latency_p99_us"])
                latency.add(own["latency_p99_us"])
                memory.add(own["server_growth_bytes"] / 2**20)

    def memory_by_sessions(self):
        if not self.wants("growth"):
            return
        for part in (1, 2, 3, 4):
            sessions = self.settings.crowd * part // 4
            print(f"  memory of {sessions} sessions", file=sys.stderr)
            own = self.oscard(self.settings.accounts, "idle", "--sessions", sessions, "--duration", 0.5)
            self.memory.append((sessions, own["server_bytes_per_session"] * sessions))

    def run(self):
        self.messages(100, 1)
        self.messages(100, 8)
        self.messages(1000, 1)
        self.messages(1, 1)
        self.open_loop()
        self.presence()
        self.growing()
        self.sign_on()
        self.storm()
        self.idle()
        self.weather()
        self.memory_by_sessions()


def table(rows):
    lines = ["| what | unit | oscard | floor | ratio |", "| --- | --- | ---: | ---: | ---: |"]
    lines += ["| " + " | ".join(row.cells()) + " |" for row in rows if row.oscard]
    return "\n".join(lines) + "\n"


def growth_table(growth):
    lines = ["| sessions | floor, us a message | oscard, us a message | ratio |", "| ---: | ---: | ---: | ---: |"]
    lines += [f"| {sessions:,} | {least:.2f} | {own:.2f} | {own / least:.2f} |"
              for sessions, (least, own) in sorted(growth.items())]
    return "\n".join(lines) + "\n"


def machine(shards, settings):
    with open("/proc/cpuinfo") as file:
        models = re.findall(r"^model name\s*: (.*)$", file.read(), re.MULTILINE)
    processor = models[0] if models else platform.machine()
    kernel = ".".join(platform.release().split(".")[:2])
    return (f"{os.cpu_count()} processors ({processor}), Linux {kernel}; {shards} shard"
            f"{'s' if shards > 1 else ''} of either server, oscar-load on the same machine; "
            f"medians of up to {settings.repetitions} runs in turn, least and most in brackets.\n")


def replace_between_marks(path, mark, text):
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    if not path.exists():
        return
    whole = path.read_text()
    if begin in whole and end in whole:
        before, rest = whole.split(begin, 1)
        after = rest.split(end, 1)[1]
        path.write_text(f"{before}{begin}\n{text}{end}{after}")


def update(bench, text):
    images = ROOT / "docs/images"
    images.mkdir(parents=True, exist_ok=True)
    bars = [(row.name, statistics.median(row.costs()), min(row.costs()), max(row.costs()))
            for row in bench.rows if row.floor]
    if bars:
        (images / "bench.svg").write_text(draw.bars("What oscard costs, the floor being 1 (less is better)", bars))
    if bench.growth:
        ordered = sorted(bench.growth.items())
        lines = {"floor": [(s, least) for s, (least, _) in ordered], "oscard": [(s, own) for s, (_, own) in ordered]}
        (images / "bench-growth.svg").write_text(
            draw.lines("Server CPU for each message", "sessions", "us", lines, logarithmic=True))
    if bench.memory:
        memory = {"oscard": [(sessions, size / 2**20) for sessions, size in bench.memory]}
        (images / "bench-memory.svg").write_text(draw.lines("Memory of idle sessions", "sessions", "MiB", memory))
    for path in (ROOT / "README.md", ROOT / "docs/performance.md"):
        replace_between_marks(path, "scripts/bench", text)
        if bench.growth:
            replace_between_marks(path, "scripts/bench growth", growth_table(bench.growth))


def main():
    options = arguments()
    settings = Settings(options.quick, options.repetitions)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="oscar-bench-") as folder:
        bench = Bench(Servers(pathlib.Path(folder), options.shards), settings, options.only)
        try:
            bench.run()
        except BenchError as error:
            sys.exit(f"scripts/bench: {error}")
    text = machine(options.shards, settings) + "\n" + table(bench.rows)
    print(text)
    if bench.growth:
        print(growth_table(bench.growth))
    if options.update:
        update(bench, text)
    print(f"took {time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
