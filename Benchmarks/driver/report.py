"""Medians over rounds, and the Markdown tables made of them."""

import datetime
import os
import platform
import statistics
from pathlib import Path

from driver.scenarios import ALONE, LOADS

YARDSTICK = "nginx"
NOTHING = "–"

# Name of a column's figure -> where a run of the load client has it.
FIGURES = {
    "requests_per_second": ("requests_per_second",),
    "events_per_second": ("events_per_second",),
    "cpu_us_per_request": ("cpu_us_per_request",),
    "cpu_us_per_event": ("cpu_us_per_event",),
    "p50_us": ("latency_us", "p50"),
    "p99_us": ("latency_us", "p99"),
    "first_byte_p50_us": ("first_byte_us", "p50"),
    "first_byte_p99_us": ("first_byte_us", "p99"),
    "delay_p50_us": ("event_delay_us", "p50"),
    "delay_p99_us": ("event_delay_us", "p99"),
}


def pick(run, path):
    for key in path:
        run = run.get(key) if run else None
    return run


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def summarize(rounds):
    """`rounds[scenario][peer]` are runs, one a round. Medians; what is added is compared within each round."""
    summary = {}
    for scenario, peers in rounds.items():
        direct = peers.get("direct", [])
        summary[scenario] = {}
        for peer, runs in peers.items():
            figures = {name: median([pick(run, path) for run in runs]) for name, path in FIGURES.items()}
            for name in [name for name in FIGURES if name.endswith("_us")]:
                figures[f"added_{name}"] = added(runs, direct, FIGURES[name]) if peer != "direct" else None
            if not LOADS[scenario].paced:
                # Back to back, an event's delay is the length of the queue before it: less with a slower gateway.
                figures["added_delay_p50_us"] = figures["added_delay_p99_us"] = None
            for name in ("cpu_us_per_request", "cpu_us_per_event"):
                figures[f"{name}_ratio"] = ratio_by_round(runs, peers.get(YARDSTICK, []), FIGURES[name])
            summary[scenario][peer] = figures
        for figures in summary[scenario].values():
            yardstick = summary[scenario].get(YARDSTICK, {})
            for name in ("added_p50_us", "added_delay_p50_us"):
                figures[f"{name}_ratio"] = ratio(figures.get(name), yardstick.get(name))
    return summary


def added(runs, direct, path):
    pairs = [(pick(run, path), pick(base, path)) for run, base in zip(runs, direct)]
    return median([value - base for value, base in pairs if value is not None and base is not None])


def ratio_by_round(runs, yardstick, path):
    return median([ratio(pick(run, path), pick(base, path)) for run, base in zip(runs, yardstick)])


def ratio(value, base):
    # Noise can make an added latency negative; a ratio of such figures says nothing.
    return value / base if value is not None and base is not None and base > 0 else None


def number(value, digits=0):
    return NOTHING if value is None else f"{value:,.{digits}f}"


def table(heads, rows):
    rule = ["---"] * 2 + ["---:"] * (len(heads) - 2)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [heads, rule, *rows])


REQUEST_COLUMNS = [
    ("requests/s", "requests_per_second", 0), ("CPU µs/request", "cpu_us_per_request", 1),
    ("CPU ÷ nginx", "cpu_us_per_request_ratio", 2), ("p50 µs", "p50_us", 0), ("p99 µs", "p99_us", 0),
    ("added p50", "added_p50_us", 0), ("added p99", "added_p99_us", 0),
    ("added p50 ÷ nginx", "added_p50_us_ratio", 2),
]
STREAM_COLUMNS = [
    ("events/s", "events_per_second", 0), ("CPU µs/event", "cpu_us_per_event", 2),
    ("CPU ÷ nginx", "cpu_us_per_event_ratio", 2), ("first byte p50 µs", "first_byte_p50_us", 0),
    ("event delay p50 µs", "delay_p50_us", 0), ("event delay p99 µs", "delay_p99_us", 0),
    ("added delay p50", "added_delay_p50_us", 0), ("added delay p99", "added_delay_p99_us", 0),
]


def load_table(summary, streaming):
    columns = STREAM_COLUMNS if streaming else REQUEST_COLUMNS
    rows = [
        [scenario, peer, *(number(figures[name], digits) for _, name, digits in columns)]
        for scenario, peers in summary.items() if LOADS[scenario].streaming == streaming
        for peer, figures in peers.items()
    ]
    return table(["scenario", "peer", *(head for head, _, _ in columns)], rows) if rows else ""


def alone_table(alone):
    heads = ["peer", "exec to /health ms", "exec to first chat ms", "idle RSS MB", "idle PSS MB",
             "PSS MB, 1,000 streams", "KB per stream", "KB ÷ nginx", "PSS MB after"]
    base = alone.get(YARDSTICK, {}).get("kb_per_stream")
    rows = []
    for peer, figures in alone.items():
        def megabytes(name):
            return number(figures[name] / 1024 if name in figures else None, 1)

        rows.append([
            peer, number(figures.get("health_ms")), number(figures.get("chat_ms")), megabytes("idle_rss_kb"),
            megabytes("idle_pss_kb"), megabytes("open_pss_kb"), number(figures.get("kb_per_stream"), 1),
            number(ratio(figures.get("kb_per_stream"), base), 2), megabytes("after_pss_kb"),
        ])
    return table(heads, rows).replace("| --- | --- |", "| --- | ---: |", 1) if rows else ""


def failures(rounds, alone):
    """A line for every run in which a request failed or an event was lost."""
    runs = [(f"{scenario}, {peer}, round {index + 1}", run)
            for scenario, peers in rounds.items() for peer, all_runs in peers.items()
            for index, run in enumerate(all_runs)]
    runs += [(f"alone, {peer}", figures) for peer, figures in alone.items()]
    return [
        f"{where}: {run.get('failed', 0)} failed, {run.get('lost_events', 0)} events lost: {run.get('first_failure')}"
        for where, run in runs if run.get("failed") or run.get("lost_events")
    ]


def machine():
    info = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def markdown(rounds, alone, facts, problems):
    """The whole report. `facts` are lines about the run."""
    summary = summarize(rounds)
    parts = [f"Measured {datetime.date.today().isoformat()} on {machine()}.", " ".join(facts)]
    parts += [part for part in (load_table(summary, False), load_table(summary, True), alone_table(alone)) if part]
    scenarios = [f"`{name}`: {LOADS[name].about}" for name in rounds]
    scenarios += [f"{name}: {about}" for name, about in ALONE.items() if alone] if alone else []
    parts.append("; ".join(scenarios) + ".")
    if problems:
        parts.append("**Failures**\n\n" + "\n".join(f"- {line}" for line in problems))
    else:
        every = [run for peers in rounds.values() for runs in peers.values() for run in runs] + list(alone.values())
        parts.append(f"{sum(run.get('total_requests', 0) for run in every):,} requests, none failed; no event lost.")
    return "\n\n".join(parts) + "\n"
