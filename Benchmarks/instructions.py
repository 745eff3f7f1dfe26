#!/usr/bin/env python3
"""Instructions a gateway executes per request, counted by valgrind's callgrind.

The gateway runs twice under callgrind, once for few requests and once for many; the difference of the two counts,
divided by the difference in requests, is free of start, warm-up and shutdown. Instructions repeat to a fraction of a
percent on a machine whose seconds do not, so they can guard against regressions. The kernel's share is not in them.

Exit status: 0 fine; 1 above --limit; 2 the count could not be made.
"""

import argparse
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from driver import peers
from driver.measure import load_command, parse
from driver.processes import Process, StartError, ask, choose_cores, free_port
from run import DEFAULT_GATEWAY, HERE, compile_tools

# A program under callgrind runs about fifty times slower.
START_TIMEOUT = 120.0
STOP_PATIENCE = 60.0
LOAD_DEADLINE = 150


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", default="apiswitch", help="apiswitch, nginx, haproxy, or command with --command")
    parser.add_argument("--gateway", default=str(DEFAULT_GATEWAY), help="the api-switch binary")
    parser.add_argument("--command", help="another gateway; {port}, {mock_port}, {folder} and {key} are filled in")
    parser.add_argument("--model", default=peers.MODEL, help="model name sent to apiswitch and command")
    parser.add_argument("--few", type=int, default=500, help="requests of the short run")
    parser.add_argument("--many", type=int, default=4500, help="requests of the long run")
    parser.add_argument("--body", type=int, default=1024, help="bytes of the request body")
    parser.add_argument("--stream", action="store_true", help="streams of 100 events; tells the figure per event too")
    parser.add_argument("--limit", type=float, help="fail when a request takes more instructions than this")
    parser.add_argument("--profile", metavar="FILE", help="keep the profile of the long run for callgrind_annotate")
    options = parser.parse_args()
    if options.few < 1 or options.many <= options.few:
        parser.error("--many must be larger than --few, and that at least 1")
    return options


def stripped(program, folder):
    """A copy without debug sections: older valgrinds stop at the DWARF 5 that Swift writes."""
    strip = shutil.which("strip") or shutil.which("llvm-strip")
    if not strip:
        return program
    place = Path(folder) / "program"
    place.mkdir()
    copy = str(place / Path(program).name)
    done = subprocess.run([strip, "--strip-debug", "-o", copy, program], capture_output=True, check=False)
    # What a program looks for beside itself.
    home = Path(program).resolve().parent
    for beside in [*home.glob("*.resources"), *home.glob("*.so")]:
        (place / beside.name).symlink_to(beside)
    return copy if done.returncode == 0 else program


def make_peer(options, folder):
    gateway = options.gateway
    if options.peer == "apiswitch" and Path(gateway).is_file():
        gateway = stripped(gateway, folder)
    peer = peers.make_peer(options.peer, gateway, options.command, options.model)
    if not peer.is_gateway:
        raise StartError("the mock itself is no gateway")
    if options.peer == "nginx":
        # One process: callgrind follows no children here.
        peer.command = lambda launch: peers.nginx_command(launch, master="off")
    return peer


def under_callgrind(command, profile):
    def wrapped(launch):
        words = command(launch)
        program = shutil.which(words[0])
        if not program:
            raise StartError(f"no program {words[0]}")
        return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", "--fair-sched=yes",
                "--quiet", program, *words[1:]]

    return wrapped


def total_instructions(profile):
    found = re.search(r"^(?:summary|totals): (\d+)", profile.read_text(errors="replace") if profile.exists() else "",
                      re.MULTILINE)
    if not found:
        raise StartError("callgrind wrote no profile; does the gateway end by itself on SIGTERM?")
    return int(found.group(1))


def count(peer, options, requests, folder, mock_port, profile):
    """Instructions of one life of the gateway in which it serves this many requests."""
    plain = peer.command
    peer.command = under_callgrind(plain, profile)
    try:
        peer.start(folder, choose_cores()[0], mock_port, START_TIMEOUT)
        arguments = ["--requests", str(requests), "--body", str(options.body)]
        arguments += ["--stream", "--events", "100"] if options.stream else []
        run = subprocess.run(load_command(HERE / "build" / "load", peer, arguments, LOAD_DEADLINE),
                             capture_output=True, text=True, timeout=LOAD_DEADLINE + 10, check=False)
        figures = parse(peer.name, run.stdout, run.stderr)
        if figures["failed"]:
            raise StartError(f"{figures['failed']} requests failed: {figures['first_failure']}")
    finally:
        if peer.process:
            peer.process.stop(STOP_PATIENCE)
            peer.process = None
        peer.command = plain
    return total_instructions(profile)


def measure(options, folder):
    peer = make_peer(options, folder)
    mock_port = free_port()
    mock = Process("mock", [str(HERE / "build" / "mock"), "--port", str(mock_port), "--model", peers.MODEL,
                            "--key", peers.UPSTREAM_KEY], choose_cores()[1], folder)
    try:
        mock.wait_until(lambda: ask(mock_port) == 200, 10)
        # Makes the database, so that both counted starts find the same.
        peer.start(folder, choose_cores()[0], mock_port)
        peer.stop()
        profiles = [folder / "few.callgrind", folder / "many.callgrind"]
        few, many = (count(peer, options, requests, folder, mock_port, profile)
                     for requests, profile in zip((options.few, options.many), profiles))
    finally:
        mock.stop()
    if options.profile:
        shutil.copy(profiles[1], options.profile)
    return (many - few) / (options.many - options.few)


def main():
    options = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="api-switch-bench-") as folder:
        try:
            if not shutil.which("valgrind"):
                raise StartError("valgrind is not installed")
            compile_tools()
            result = measure(options, Path(folder))
        except (StartError, subprocess.TimeoutExpired) as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
    print(f"{options.peer}: {result:,.0f} instructions per {'stream' if options.stream else 'request'}")
    if options.stream:
        print(f"{options.peer}: {result / 100:,.0f} instructions per event")
    if options.limit and result > options.limit:
        print(f"above the limit of {options.limit:,.0f}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
