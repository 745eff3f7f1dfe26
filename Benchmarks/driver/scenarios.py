"""What is sent. Each scenario is one call of the load client that lasts about the given number of seconds."""

from dataclasses import dataclass

EVENTS_BACK_TO_BACK = 100
PACED_STREAMS = 100
PACED_GAP_MS = 10


@dataclass(frozen=True)
class Scenario:
    name: str
    about: str
    connections: int
    warmup: int = 0
    body: int = 1024
    rate: int = 0
    streaming: bool = False
    gap_ms: int = 0
    # Leaves the cores idle between requests: they are kept from sleeping, see native/awake.c.
    paced: bool = False

    def arguments(self, seconds):
        """The load client's arguments."""
        words = ["--connections", self.connections, "--body", self.body]
        if self.streaming and self.gap_ms:
            # Each connection carries one stream, as long as the run.
            events = max(10, int(seconds * 1000 / self.gap_ms))
            words += ["--stream", "--events", events, "--gap-ms", self.gap_ms, "--requests", self.connections]
            # Begun evenly over one gap, or all events of all streams would come in one burst.
            words += ["--ramp", self.gap_ms / 1000]
        else:
            words += ["--seconds", round(seconds, 3), "--warmup", self.warmup]
        if self.streaming and not self.gap_ms:
            words += ["--stream", "--events", EVENTS_BACK_TO_BACK]
        if self.rate:
            words += ["--rate", self.rate]
        return [str(word) for word in words]


LOADS = {
    scenario.name: scenario
    for scenario in (
        Scenario("json1", "1 KB JSON, 1 connection", 1, warmup=20, paced=True),
        Scenario("json32", "1 KB JSON, 32 connections", 32, warmup=200),
        Scenario("json30k", "30 KB request, 32 connections", 32, warmup=100, body=30 * 1024),
        Scenario("json300k", "300 KB request, 16 connections", 16, warmup=20, body=300 * 1024),
        Scenario("rate", "1 KB JSON, open loop, 2,000 requests/s", 64, warmup=100, rate=2000, paced=True),
        Scenario("stream_b2b", "100 events back to back, 32 connections", 32, warmup=32, streaming=True),
        Scenario("stream_paced", "100 streams, an event every 10 ms", PACED_STREAMS, streaming=True,
                 gap_ms=PACED_GAP_MS, paced=True),
    )
}

# Measured on a process of its own, so its memory tells of nothing else.
ALONE = {"start": "time from exec to the first answers", "mem1000": "memory idle and with 1,000 open streams"}

NAMES = [*LOADS, *ALONE]
