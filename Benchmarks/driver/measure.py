"""The measurements: one run of the load client against one peer, starts, memory."""

import json
import os
import select
import statistics
import subprocess
import time

# CPU time is read a moment after the last answer: work that was put off (log rows) belongs to the requests too.
SETTLE_SECONDS = 0.15
OPEN_STREAMS = 1000
STREAM_GAP_MS = 500
STREAM_EVENTS = 10
STREAM_RAMP_SECONDS = 1


def load_command(binary, peer, arguments, deadline):
    target = ["--port", str(peer.port), "--model", peer.model, "--key", peer.key, "--deadline", str(deadline)]
    return [str(binary), *target, *arguments]


def parse(name, output, errors):
    try:
        return json.loads(output)
    except ValueError:
        return failure(f"the load client on {name}: {errors.strip()[-300:] or 'no figures'}")


def failure(reason):
    """Figures of a run that could not be made."""
    return {"failed": 1, "lost_events": 0, "first_failure": reason, "total_requests": 0, "broken": True}


def run_load(binary, peer, scenario, seconds):
    """Figures of the load client, with the gateway's CPU time per request and per event."""
    deadline = seconds + 10
    command = load_command(binary, peer, scenario.arguments(seconds), deadline)
    before = peer.process.cpu_ns() if peer.process else 0
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=deadline + 10, check=False)
    except subprocess.TimeoutExpired:
        return failure("the load client did not end")
    figures = parse(peer.name, run.stdout, run.stderr)
    if peer.process:
        time.sleep(SETTLE_SECONDS)
        microseconds = (peer.process.cpu_ns() - before) / 1000
        figures["cpu_us_per_request"] = microseconds / max(1, figures["total_requests"])
        if figures.get("total_events"):
            figures["cpu_us_per_event"] = microseconds / figures["total_events"]
    return figures


def measure_start(peer, folder, core, mock_port, times):
    """Median milliseconds from exec to the first 200 of /health and to the first served chat.

    The first start is not counted: it makes the database that a start usually finds."""
    peer.start(folder, core, mock_port)
    peer.stop()
    samples = []
    for _ in range(times):
        samples.append(peer.start(folder, core, mock_port))
        peer.stop()
    health, chat = zip(*samples)
    return {"health_ms": statistics.median(health), "chat_ms": statistics.median(chat)}


def wait_for_line(stream, timeout):
    """Whether a line came before the time was over and the stream ended."""
    readable, _, _ = select.select([stream], [], [], timeout)
    return bool(readable and stream.readline())


def measure_memory(binary, peer, folder, core, mock_port):
    """Memory of a fresh process: idle after its first answers, with open streams, and after them."""
    peer.start(folder, core, mock_port)
    try:
        time.sleep(0.5)
        figures = {}
        figures["idle_rss_kb"], figures["idle_pss_kb"] = peer.process.memory_kb()
        figures |= hold_streams(binary, peer)
        time.sleep(0.5)
        figures["after_pss_kb"] = peer.process.memory_kb()[1]
    finally:
        peer.stop()
    if "open_pss_kb" in figures:
        figures["kb_per_stream"] = (figures["open_pss_kb"] - figures["idle_pss_kb"]) / OPEN_STREAMS
    return figures


def hold_streams(binary, peer):
    arguments = [
        "--stream", "--announce", "--connections", OPEN_STREAMS, "--requests", OPEN_STREAMS,
        "--ramp", STREAM_RAMP_SECONDS, "--events", STREAM_EVENTS, "--gap-ms", STREAM_GAP_MS,
    ]
    command = load_command(binary, peer, [str(word) for word in arguments], 20)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as load:
        figures = {}
        try:
            # Not all open at one time: too slow or refused; then there is no figure, and the failures tell why.
            if wait_for_line(load.stderr, 15):
                time.sleep(0.7)
                figures["open_rss_kb"], figures["open_pss_kb"] = peer.process.memory_kb()
            output, errors = load.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            load.kill()
            return failure("the load client did not end")
        return figures | parse(peer.name, output, errors)


def steal_ticks():
    """Clock ticks the host took away from this machine so far; a noisy neighbour shows here."""
    with open("/proc/stat") as stat:
        return int(stat.readline().split()[8])


def steal_share(ticks, seconds):
    return ticks / os.sysconf("SC_CLK_TCK") / max(seconds, 0.001) / (os.cpu_count() or 1)
