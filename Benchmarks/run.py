#!/usr/bin/env python3
"""Measures the gateway side by side with a plain reverse proxy and with no gateway at all. See README.md.

Exit status: 0 fine; 1 a request failed, an event was lost or the time ran out; 2 the run could not be made.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from driver import measure, report
from driver.peers import MODEL, UPSTREAM_KEY, make_peers
from driver.processes import Process, StartError, ask, choose_cores, free_port, raise_file_limit
from driver.scenarios import LOADS, NAMES

HERE = Path(__file__).resolve().parent
DEFAULT_GATEWAY = HERE.parent / ".build" / "release" / "api-switch"
# What a run of the load client takes besides its own seconds: its start, reading /proc, the settling.
OVERHEAD_SECONDS = 0.3
MEMORY_SECONDS = 8
START_SECONDS = 1


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gateway", default=str(DEFAULT_GATEWAY), help="the api-switch binary")
    parser.add_argument("--command", help="another gateway; {port}, {mock_port}, {folder} and {key} are filled in")
    parser.add_argument("--peers", help="of direct,nginx,haproxy,apiswitch,command; the default is "
                        "direct,nginx and apiswitch or command")
    parser.add_argument("--model", default=MODEL, help="model name sent to apiswitch and command, for example auto")
    parser.add_argument("--rounds", type=int, help="default 8, with --quick 2")
    parser.add_argument("--scenarios", default=",".join(NAMES), help=f"of {','.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="at most one minute; only tells whether it works")
    parser.add_argument("--budget", type=float, help="seconds for the whole run; default 345, with --quick 55")
    parser.add_argument("--write", metavar="FILE", help="write the report as Markdown")
    parser.add_argument("--out", metavar="FILE", help="write every figure of every round as JSON")
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder with the peers' logs")
    options = parser.parse_args()
    options.peers = (options.peers or f"direct,nginx,{'command' if options.command else 'apiswitch'}").split(",")
    options.scenarios = options.scenarios.split(",")
    options.rounds = options.rounds or (2 if options.quick else 8)
    options.budget = options.budget or (55 if options.quick else 345)
    unknown = set(options.scenarios) - set(NAMES)
    if unknown:
        parser.error(f"unknown scenario: {', '.join(sorted(unknown))}")
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    return options


class Bench:
    """One whole run: owns the folder, the mock and the time that is left."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.deadline = time.monotonic() + options.budget
        self.gateway_core, self.load_core = choose_cores()
        self.load_binary = HERE / "build" / "load"
        self.peers = make_peers(options.peers, options.gateway, options.command, options.model)
        self.loads = [LOADS[name] for name in options.scenarios if name in LOADS]
        self.rounds = {load.name: {peer.name: [] for peer in self.peers} for load in self.loads}
        self.alone, self.problems = {}, []
        self.rounds_done = 0

    def start_mock(self):
        self.mock_port = free_port()
        command = [str(HERE / "build" / "mock"), "--port", str(self.mock_port), "--model", MODEL, "--key", UPSTREAM_KEY]
        self.mock = Process("mock", command, self.load_core, self.folder)
        self.mock.wait_until(lambda: ask(self.mock_port) == 200, 10)

    def seconds_per_load(self, rounds_left):
        """Spreads the time that is left after starts and memory over the runs of the rounds that are left."""
        gateways = sum(peer.is_gateway for peer in self.peers)
        alone = ("mem1000" in self.options.scenarios) * MEMORY_SECONDS
        alone += ("start" in self.options.scenarios) * START_SECONDS * (self.start_times() + 1)
        runs = len(self.loads) * len(self.peers) * rounds_left
        left = self.deadline - time.monotonic() - gateways * alone
        return min(1.2, max(0.2, left / max(1, runs) - OVERHEAD_SECONDS))

    def start_times(self):
        return 2 if self.options.quick else 5

    def is_late(self, needed):
        if time.monotonic() + needed < self.deadline:
            return False
        self.problems.append("the time ran out: fewer scenarios, peers or rounds, or a larger --budget")
        return True

    def run_loads(self):
        """Every round visits every peer; the order turns, so that no peer always follows the same one."""
        with contextlib.ExitStack() as stack:
            for peer in self.peers:
                peer.start(self.folder, self.gateway_core, self.mock_port)
                stack.callback(peer.stop)
            for index in range(self.options.rounds):
                if not self.run_round(index):
                    return
                self.rounds_done += 1

    def run_round(self, index):
        turn = index % len(self.peers)
        order = self.peers[turn:] + self.peers[:turn]
        seconds = self.seconds_per_load(self.options.rounds - index)
        for load in self.loads:
            if self.is_late(len(self.peers) * seconds):
                return False
            with self.cores_awake(load.paced):
                for peer in order:
                    figures = measure.run_load(self.load_binary, peer, load, seconds)
                    self.rounds[load.name][peer.name].append(figures)
        print(f"round {index + 1} of {self.options.rounds}", file=sys.stderr)
        return True

    @contextlib.contextmanager
    def cores_awake(self, wanted):
        with contextlib.ExitStack() as stack:
            for core in {self.gateway_core, self.load_core} if wanted else ():
                stack.callback(Process(f"awake-{core}", [str(HERE / "build" / "awake")], core, self.folder).stop)
            yield

    def run_alone(self):
        for peer in [peer for peer in self.peers if peer.is_gateway]:
            figures = self.alone.setdefault(peer.name, {})
            place = (self.folder, self.gateway_core, self.mock_port)
            if "start" in self.options.scenarios and not self.is_late(START_SECONDS):
                figures |= measure.measure_start(peer, *place, self.start_times())
            if "mem1000" in self.options.scenarios and not self.is_late(MEMORY_SECONDS):
                figures |= measure.measure_memory(self.load_binary, peer, *place)
            print(f"start and memory of {peer.name}", file=sys.stderr)

    def run(self):
        began, steal = time.monotonic(), measure.steal_ticks()
        busy = os.getloadavg()[0]
        self.start_mock()
        try:
            if self.loads:
                self.run_loads()
            if {"start", "mem1000"} & set(self.options.scenarios):
                self.run_alone()
        finally:
            self.mock.stop()
        took = time.monotonic() - began
        share = measure.steal_share(measure.steal_ticks() - steal, took)
        self.facts = [
            f"Rounds: {self.rounds_done}; the figures are their medians." if self.loads else "",
            f"Gateways on core {self.gateway_core}, mock and load client on core {self.load_core}.",
            f"Load average before the run {busy:.1f}; {share:.1%} of the CPU time was taken by the host.",
        ]


def compile_tools():
    environment = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MAKELEVEL")}
    made = subprocess.run(["make", "-s", "-C", str(HERE), "all"], env=environment, check=False)
    if made.returncode:
        raise StartError("the mock and the load client could not be compiled")


def check_machine(bench):
    if raise_file_limit() < 4096:
        print("warning: fewer than 4,096 open files allowed; scenario mem1000 will fail", file=sys.stderr)
    if bench.gateway_core == bench.load_core:
        print("warning: one core only; gateway and load client disturb each other", file=sys.stderr)


def finish(bench, options):
    problems = bench.problems + report.failures(bench.rounds, bench.alone)
    text = report.markdown(bench.rounds, bench.alone, bench.facts, problems)
    print(text)
    if options.write:
        Path(options.write).write_text(f"# Benchmark results\n\n{text}")
    if options.out:
        everything = {"machine": report.machine(), "facts": bench.facts, "rounds": bench.rounds, "alone": bench.alone,
                      "summary": report.summarize(bench.rounds), "problems": problems}
        Path(options.out).write_text(json.dumps(everything, indent=1))
    return 1 if problems else 0


def main():
    options = parse_arguments()
    # A termination unwinds like an interruption, so that every process is ended and the folder removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="api-switch-bench-"))
    try:
        compile_tools()
        bench = Bench(options, folder)
        check_machine(bench)
        os.sched_setaffinity(0, {bench.load_core})
        bench.run()
        return finish(bench, options)
    except StartError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    finally:
        if options.keep:
            print(f"kept {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
