"""Starting, stopping and starting again: nothing is lost, nothing is taken by force (product.md §9)."""

from __future__ import annotations

import json
import re
import socket
import sqlite3

import pytest

import replies
import shapes
from admin_view import channel_names, entries
from conftest import quiet_settings
from gateway import channel, key_of
from provider import Gate, Stream
from test_failover import failure
from wire import Wire, eventually


def simple(url: str, **settings) -> dict:
    return {"channels": [channel("primary", url, ["m"])], "settings": quiet_settings(**settings)}


def failing_start(gateway, port: int | None = None) -> str:
    """Starts what must not start; answers what it said."""
    gateway.spawn(port)
    code = gateway.wait(15)
    assert code != 0, f"it must refuse to start:\n{gateway.output}"
    return gateway.output


# Restart


def test_a_restart_keeps_the_configuration_without_the_file(make_gateway, primary):
    models = ["m", {"model": "real", "name": "Nice"}]
    gateway = make_gateway({
        "channels": [channel("primary", primary.url, models, headers={"X-Extra": "1"})],
        "access_keys": [{"name": "laptop", "key": "sk-laptop-0123456789"}],
        "settings": quiet_settings(require_access_key=True, strict_model_names=True),
    })  # fmt: skip
    gateway.restart(with_config=False)

    assert gateway.chat("m").status == 401
    reply = gateway.chat("Nice", headers={"x-api-key": "sk-laptop-0123456789"})
    assert (reply.status, reply.channel, reply.json["model"]) == (200, "primary", "real"), reply
    assert primary.only().header("authorization") == f"Bearer {key_of('primary')}"
    assert primary.only().header("x-extra") == "1"
    assert gateway.chat("unknown", headers={"x-api-key": "sk-laptop-0123456789"}).status == 404


@pytest.mark.parametrize("with_config", [False, True], ids=["without the file", "with the same file"])
def test_a_restart_keeps_cooldowns_and_their_reason(make_gateway, primary, with_config):
    gateway = make_gateway(simple(primary.url, cooldown=600))
    primary.always(failure(503, None, "boiler room on fire"))
    gateway.chat("m")
    before = gateway.chat("m")
    seen = len(primary.requests)

    gateway.restart(with_config)
    after = gateway.chat("m")

    shapes.assert_error(after, shapes.CHAT, 503, "No available provider for model: m")
    assert int(after.header("retry-after")) <= int(before.header("retry-after"))
    assert len(primary.requests) == seen
    (entry,) = entries(gateway.cli_json("status"))
    assert entry.cooling and entry.model == "m", entry.raw


def test_a_killed_gateway_keeps_the_configuration_and_starts_again(make_gateway, primary):
    gateway = make_gateway(simple(primary.url))
    assert gateway.chat("m").status == 200
    gateway.kill()

    gateway.start(with_config=False)

    assert gateway.chat("m").status == 200
    assert channel_names(gateway.cli_json("status")) == {"primary"}


# SIGTERM


def test_sigterm_exits_zero(make_gateway):
    assert make_gateway({"channels": []}).stop() == 0


def test_sigterm_lets_a_running_stream_finish_and_takes_no_new_connection(make_gateway, primary):
    gateway = make_gateway(simple(primary.url))
    gate = Gate()
    events = replies.chat_events("m")
    primary.script(Stream([*events[:3], gate, *events[3:]]))

    with gateway.wire() as wire:
        body = json.dumps(shapes.body(shapes.CHAT, "m", True)).encode()
        wire.request("POST", "/v1/chat/completions", {"Content-Type": "application/json"}, body)
        reply, framing = wire.reply_head()
        parts = wire.parts(reply, framing)
        seen = next(parts)
        gateway.terminate()
        eventually(lambda: not accepts(gateway.port), 5, "the closed listener")
        assert gateway.running(), "it must wait for the stream"
        gate.open()
        seen += b"".join(parts)

    assert reply.complete and seen == b"".join(events)
    assert gateway.wait() == 0


def accepts(port: int) -> bool:
    """Whether a new connection is served."""
    try:
        with Wire(port, 1) as wire:
            wire.request("GET", "/health")
            return wire.reply("GET").status == 200
    except (OSError, EOFError):
        return False


def test_sigterm_does_not_wait_for_idle_connections(make_gateway):
    gateway = make_gateway({"channels": []})
    with gateway.wire() as idle:
        idle.request("GET", "/health")
        idle.reply("GET")
        gateway.terminate()

        assert gateway.wait(8) == 0


# Refusals to start


def test_a_port_in_use_is_reported_with_the_way_out(make_gateway):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = failing_start(make_gateway({"channels": []}, start=False), port)

    assert str(port) in said and "--port" in said, said


def test_a_second_instance_on_one_folder_refuses_and_the_first_lives_on(make_gateway, primary):
    first = make_gateway(simple(primary.url))
    second = make_gateway(start=False)
    second.data_dir = first.data_dir

    said = failing_start(second)

    assert str(first.data_dir) in said or "already" in said.lower() or "another" in said.lower(), said
    assert first.chat("m").status == 200


BAD_FILES = {
    "unknown top-level key": ("channels: []\nchanels: []\n", 2, "chanels"),
    "unknown channel key": ("channels:\n  - name: a\n    type: openai\n    base_uri: http://x\n", 4, "base_uri"),
    "unknown setting": ("channels: []\nsettings:\n  cooldow: 3\n", 3, "cooldow"),
    "unknown type word": ("channels:\n  - name: a\n    type: openia\n    base_url: http://x\n", 3, "openia"),
    "text for a number": ("channels: []\nsettings:\n  cooldown: soon\n", 3, "cooldown"),
    "number for a list": (
        "channels:\n  - name: a\n    type: openai\n    base_url: http://x\n    models: 7\n",
        5,
        "models",
    ),
    "out of range": ("channels: []\nsettings:\n  max_attempts: 0\n", 3, "max_attempts"),
    "port out of range": ("channels: []\nsettings:\n  port: 70000\n", 3, "port"),
    "not YAML": ("channels: []\nsettings: {port: 1\naccess_keys: ]\n", None, ""),
    "the same name twice": (
        "channels:\n  - {name: a, type: openai, base_url: 'http://x'}\n  - {name: a, type: openai, base_url: 'http://y'}\n",
        3,
        "a",
    ),
}


@pytest.mark.parametrize(("text", "line", "word"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_bad_file_is_refused_naming_the_line(make_gateway, text, line, word):
    said = failing_start(make_gateway(text, start=False))

    assert word in said, said
    assert line is None or re.search(rf"\b{line}\b", said), f"line {line} is not named:\n{said}"


def test_a_missing_file_is_refused_by_its_name(make_gateway):
    gateway = make_gateway("channels: []\n", start=False)
    gateway.config_file.unlink()
    result = gateway.cli("apply", str(gateway.config_file), check=False)

    assert result.returncode != 0 and "config.yaml" in result.stdout + result.stderr


# The database


def databases(gateway) -> list:
    found = [f for f in gateway.data_dir.rglob("*") if f.is_file() and f.read_bytes()[:15] == b"SQLite format 3"]
    assert found, f"no database in {sorted(p.name for p in gateway.data_dir.iterdir())}"
    return found


def test_a_database_that_cannot_be_read_is_kept_and_reported(make_gateway, primary):
    gateway = make_gateway(simple(primary.url))
    gateway.stop()
    garbage = b"this is not a database, but someone may still need it\n" * 200
    files = databases(gateway)
    for file in files:
        file.write_bytes(garbage)
        for side in ("-wal", "-shm"):
            file.with_name(file.name + side).unlink(missing_ok=True)
    (gateway.folder / "output.log").write_text("")

    gateway.spawn(with_config=False)
    code = gateway.wait(15)

    assert code != 0, gateway.output
    assert any(file.name in gateway.output for file in files), f"the file is not named:\n{gateway.output}"
    for file in files:
        assert file.read_bytes() == garbage, f"{file.name} was changed"


def test_the_data_folder_is_for_its_owner_only(make_gateway):
    gateway = make_gateway({"channels": []})

    assert gateway.data_dir.stat().st_mode & 0o777 == 0o700
    for file in gateway.data_dir.rglob("*"):
        assert not file.is_file() or file.stat().st_mode & 0o077 == 0, f"{file.name} is open to others"


def test_the_database_is_sound_while_serving_and_afterwards(make_gateway, primary):
    gateway = make_gateway(simple(primary.url))
    for _ in range(20):
        gateway.chat("m")
    gateway.kill()

    for file in databases(gateway):
        with sqlite3.connect(file) as database:
            assert database.execute("pragma integrity_check").fetchone() == ("ok",)
            assert database.execute("pragma journal_mode").fetchone() == ("wal",)


def test_no_key_is_ever_printed(make_gateway, primary):
    gateway = make_gateway({
        **simple(primary.url),
        "access_keys": [{"name": "laptop", "key": "sk-laptop-0123456789"}],
    })  # fmt: skip
    primary.script(failure(401, "invalid_api_key", f"Incorrect API key provided: {key_of('primary')}"))
    gateway.chat("m", headers={"Authorization": "Bearer sk-laptop-0123456789"})
    told = [gateway.cli("status", "--json").stdout, gateway.cli("logs", "--json").stdout, gateway.cli("export").stdout]
    gateway.stop()

    for text in [gateway.output, *told]:
        assert key_of("primary") not in text and "sk-laptop-0123456789" not in text
