"""What `status --json` and `logs --json` say, in one form. The only file that knows their spelling."""

from __future__ import annotations

from dataclasses import dataclass

from wire import eventually


def walk(value):
    """Every object inside a JSON value."""
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from walk(child)
    elif isinstance(value, list):
        for child in value:
            yield from walk(child)


def normal(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()


def pick(record: dict, *names: str):
    """The first of these members that is there, however it is cased."""
    members = {normal(key): value for key, value in record.items()}
    for name in names:
        if normal(name) in members:
            return members[normal(name)]
    return None


@dataclass
class Entry:
    channel: str | None
    model: str
    cooling: bool
    reason: str | None
    raw: dict


def entries(status) -> list[Entry]:
    """The API entries of `status --json`."""
    found = pick(status, "entries") if isinstance(status, dict) else None
    if found is None:
        found = [entry for record in walk(status) for entry in (pick(record, "entries") or [])]
    return [entry_view(record) for record in found if isinstance(record, dict)]


def entry_view(record: dict) -> Entry:
    channel = pick(record, "channel", "channel_name")
    if isinstance(channel, dict):
        channel = pick(channel, "name")
    left = pick(record, "cooldown_remaining", "cooldown_left", "cooling_seconds", "cooldown_seconds", "cooldown_until",
                "cools_until", "cooling_until", "retry_after", "cooldown")  # fmt: skip
    state = str(pick(record, "state", "status", "dot", "health") or "").lower()
    return Entry(
        channel=channel,
        model=pick(record, "model", "model_name", "name"),
        cooling=bool(left) or "cool" in state or "red" in state,
        reason=str(pick(record, "reason", "cooldown_reason", "cooling_reason", "last_error") or "") or None,
        raw=record,
    )


def channel_names(status) -> set[str]:
    found = pick(status, "channels") if isinstance(status, dict) else None
    return {pick(record, "name") for record in (found or []) if isinstance(record, dict)}


@dataclass
class Row:
    requested: str | None
    shown: str | None
    serving: str | None
    channel: str | None
    status: int | None
    attempts: int | None
    input_tokens: int | None
    output_tokens: int | None
    raw: dict


def rows(logs) -> list[Row]:
    """The request rows of `logs --json`, as printed."""
    if isinstance(logs, dict):
        logs = pick(logs, "rows", "requests", "logs", "items", "entries") or []
    return [row_view(record) for record in logs]


def row_view(record: dict) -> Row:
    attempts = pick(record, "attempts", "attempt_count")
    usage = pick(record, "usage", "tokens") or {}
    model = pick(record, "model", "model_shown", "display_model")
    status = pick(record, "status", "status_code")
    return Row(
        requested=pick(record, "requested_model", "requested"),
        shown=model,
        serving=pick(record, "serving_model", "served_model") or model,
        channel=pick(record, "channel", "channel_name"),
        status=int(status) if status is not None else None,
        attempts=len(attempts) if isinstance(attempts, list) else attempts,
        input_tokens=first(pick(record, "input_tokens"), pick(usage, "input", "input_tokens")),
        output_tokens=first(pick(record, "output_tokens"), pick(usage, "output", "output_tokens")),
        raw=record,
    )


def first(*values):
    return next((value for value in values if value is not None), None)


def wait_for_row(gateway, fits, what: str = "a log row") -> Row:
    """The first row that fits; rows are written in batches, so it may take a moment."""

    def look():
        return next((row for row in rows(gateway.cli_json("logs")) if fits(row)), None)

    return eventually(look, 8, what)
