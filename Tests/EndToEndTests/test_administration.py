"""The command line: `status`, `logs`, `apply`, `export` (product.md §9)."""

from __future__ import annotations

import re

import pytest
import yaml

import replies
import shapes
from admin_view import channel_names, entries, rows, wait_for_row
from conftest import quiet_settings
from gateway import channel, key_of
from provider import Answer, Stream
from test_failover import failure
from wire import eventually


def two(primary, fallback) -> dict:
    return {
        "channels": [channel("primary", primary.url, ["m", "n"]), channel("fallback", fallback.url, ["m"])],
        "settings": quiet_settings(),
    }


@pytest.fixture
def gateway(make_gateway, primary, fallback):
    return make_gateway(two(primary, fallback))


# status


def test_status_shows_channels_and_entries_in_order(gateway):
    status = gateway.cli_json("status")

    assert channel_names(status) == {"primary", "fallback"}
    assert [(e.channel, e.model) for e in entries(status)] == [("primary", "m"), ("primary", "n"), ("fallback", "m")]
    assert not any(entry.cooling for entry in entries(status)), entries(status)


def test_status_shows_what_cools_and_why(gateway, primary):
    primary.always(failure(503, None, "boiler room on fire"))
    gateway.chat("m")

    cooling = eventually(lambda: [entry for entry in entries(gateway.cli_json("status")) if entry.cooling])

    assert [(entry.channel, entry.model) for entry in cooling] == [("primary", "m")]
    assert "503" in str(cooling[0].raw) or "boiler" in str(cooling[0].raw), cooling[0].raw


def test_status_is_readable_by_people_too(gateway):
    said = gateway.cli("status").stdout

    assert "primary" in said and "fallback" in said and str(gateway.port) in said


def test_status_without_a_running_gateway_says_so(gateway):
    gateway.stop()

    result = gateway.cli("status", check=False)

    assert re.search(r"not running|stopped", result.stdout + result.stderr, re.IGNORECASE), result


# logs

USAGE = (replies.INPUT_TOKENS, replies.OUTPUT_TOKENS)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_request_is_one_row_with_usage(gateway, stream):
    options = {"stream_options": {"include_usage": True}} if stream else {}
    gateway.chat("m", stream=stream, **options)

    row = wait_for_row(gateway, lambda row: row.status == 200)

    assert (row.requested, row.serving, row.channel, row.attempts) == ("m", "m", "primary", 1), row.raw
    assert (row.input_tokens, row.output_tokens) == USAGE, row.raw


KINDS = [(shapes.RESPONSES, "openai"), (shapes.MESSAGES, "anthropic"), (shapes.GEMINI, "gemini")]


@pytest.mark.parametrize(("dialect", "kind"), KINDS)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_usage_is_read_in_every_dialect(make_gateway, primary, dialect, kind, stream):
    gateway = make_gateway({"channels": [channel("c", primary.url, ["m"], kind)], "settings": quiet_settings()})
    gateway.call("POST", shapes.path(dialect, "m", stream), shapes.headers(dialect), shapes.body(dialect, "m", stream))

    row = wait_for_row(gateway, lambda row: row.status == 200)

    assert (row.input_tokens, row.output_tokens) == USAGE, row.raw


def test_auto_is_shown_with_the_real_model(gateway):
    gateway.chat("auto")

    row = wait_for_row(gateway, lambda row: row.status == 200)

    assert "(auto)m" in [row.shown, *map(str, row.raw.values())], row.raw


def test_a_failed_over_request_is_one_row_with_its_attempts(gateway, primary):
    primary.always(failure(503))
    gateway.chat("m")

    row = wait_for_row(gateway, lambda row: row.status == 200)

    assert (row.channel, row.attempts) == ("fallback", 3), row.raw
    assert len(rows(gateway.cli_json("logs"))) == 1, "attempts are not rows"


def test_refused_requests_are_rows_too(gateway):
    gateway.call("POST", "/v1/chat/completions", {}, b"not json")
    gateway.call("POST", "/v1/nothing", {}, {})

    wait_for_row(gateway, lambda row: row.status == 400, "the row of the bad JSON")
    wait_for_row(gateway, lambda row: row.status == 404, "the row of the unknown path")


def test_a_cut_stream_is_told_apart_from_a_whole_one(make_gateway, primary):
    gateway = make_gateway(
        {"channels": [channel("c", primary.url, ["m"])], "settings": quiet_settings(continue_cut_streams=False)}
    )
    primary.script(Stream(replies.chat_events("m")[:4], end="reset"))
    gateway.chat("m", stream=True)

    row = wait_for_row(gateway, lambda row: row.channel == "c")

    assert "cut" in str(row.raw).lower(), row.raw


def test_logs_survive_a_restart_and_nothing_is_lost_on_the_way_out(gateway):
    for _ in range(25):
        gateway.chat("m")
    gateway.restart()

    assert len([row for row in rows(gateway.cli_json("logs")) if row.status == 200]) == 25


def test_no_body_is_logged_unless_asked_for(gateway):
    gateway.chat("m", user="a-secret-in-the-body")
    wait_for_row(gateway, lambda row: row.status == 200)
    gateway.stop()

    for file in gateway.data_dir.rglob("*"):
        if file.is_file():
            assert b"a-secret-in-the-body" not in file.read_bytes(), f"a body lies in {file.name}"
    assert "a-secret-in-the-body" not in gateway.output


# apply


def apply(gateway, config: dict, *options: str) -> str:
    gateway.write_config(config)
    return gateway.cli("apply", str(gateway.config_file), *options).stdout


NOTHING = re.compile(r"no change|nothing|unchanged|up to date|0 change", re.IGNORECASE)


def test_applying_the_same_file_again_changes_nothing(gateway, primary, fallback):
    before = gateway.cli("export").stdout

    said = apply(gateway, two(primary, fallback))

    assert NOTHING.search(said), said
    assert gateway.cli("export").stdout == before


def test_apply_says_what_it_changes_and_it_is_live(gateway, primary, fallback, make_provider):
    third = make_provider()
    config = two(primary, fallback)
    config["channels"].append(channel("third", third.url, ["x"]))
    config["channels"][1]["models"] = ["m", "y"]
    config["settings"]["strict_model_names"] = True

    said = apply(gateway, config)

    assert "third" in said and "fallback" in said and "strict_model_names" in said, said
    assert not NOTHING.search(said)
    assert [gateway.chat(name).channel for name in ("x", "y", "n")] == ["third", "fallback", "primary"]
    assert gateway.chat("unknown").status == 404
    assert NOTHING.search(apply(gateway, config))


def test_apply_deletes_only_what_prune_tells_it_to(gateway, primary, fallback):
    smaller = {"channels": two(primary, fallback)["channels"][:1], "settings": quiet_settings()}

    apply(gateway, smaller)
    assert channel_names(gateway.cli_json("status")) == {"primary", "fallback"}
    said = apply(gateway, smaller, "--prune")

    assert "fallback" in said, said
    assert channel_names(gateway.cli_json("status")) == {"primary"}


def test_a_file_that_is_refused_changes_nothing(gateway, primary, fallback):
    before = gateway.cli("export").stdout
    config = two(primary, fallback)
    config["channels"][0]["models"] = ["changed"]
    config["channels"][1]["type"] = "nonsense"
    gateway.write_config(config)

    result = gateway.cli("apply", str(gateway.config_file), check=False)

    assert result.returncode != 0 and "nonsense" in result.stdout + result.stderr
    assert gateway.cli("export").stdout == before and gateway.chat("m").status == 200


def test_a_new_key_ends_the_cooldown_of_a_rejected_one(gateway, primary, fallback):
    primary.script(failure(401, "invalid_api_key"))
    assert gateway.chat("m").channel == "fallback"
    config = two(primary, fallback)
    config["channels"][0]["api_key"] = "a-better-key"

    said = apply(gateway, config)

    assert "a-better-key" not in said
    assert gateway.chat("m").channel == "primary"
    assert primary.last().header("authorization") == "Bearer a-better-key"


def test_changing_a_key_keeps_all_entries(gateway, primary, fallback):
    before = [(entry.channel, entry.model) for entry in entries(gateway.cli_json("status"))]
    config = two(primary, fallback)
    for one in config["channels"]:
        del one["models"]
    config["channels"][0]["api_key"] = "another"

    apply(gateway, config)

    assert [(entry.channel, entry.model) for entry in entries(gateway.cli_json("status"))] == before


# export


def test_an_export_leaves_keys_out(gateway):
    text = gateway.cli("export").stdout

    assert {c["name"] for c in yaml.safe_load(text)["channels"]} == {"primary", "fallback"}
    assert "upstream-key-of" not in text


def test_an_export_with_keys_has_them(gateway):
    text = gateway.cli("export", "--include-keys").stdout

    assert {c["api_key"] for c in yaml.safe_load(text)["channels"]} == {key_of("primary"), key_of("fallback")}


def test_an_export_makes_a_second_gateway_that_exports_the_same(make_gateway, primary):
    models = ["m", {"model": "real", "name": "Nice: # name"}]
    config = {
        "channels": [
            channel("primary ä: #1", primary.url, models, headers={"X-Extra": "yes"}, notes="on: two\nlines"),
            channel("off", primary.url, ["n"], "anthropic", enabled=False),
        ],
        "settings": quiet_settings(cooldown=42, max_attempts=3),
    }
    first = make_gateway(config)
    exported = first.cli("export", "--include-keys").stdout

    second = make_gateway(exported)

    assert second.cli("export", "--include-keys").stdout == exported
    assert second.chat("Nice: # name").json["model"] == "real"


def test_applying_ones_own_export_changes_nothing(gateway):
    exported = gateway.cli("export").stdout
    gateway.write_config(exported)

    assert NOTHING.search(gateway.cli("apply", str(gateway.config_file)).stdout)
    assert gateway.chat("m").status == 200, "an export without keys takes no key away"


@pytest.mark.parametrize("command", [["status"], ["logs"], ["export"]], ids=["status", "logs", "export"])
def test_every_reading_command_speaks_json(gateway, command):
    assert isinstance(gateway.cli_json(*command), (dict, list))


def test_an_unknown_command_is_refused_with_help(gateway):
    result = gateway.cli("nonsense", check=False)

    assert result.returncode != 0 and "usage" in (result.stdout + result.stderr).lower()


def test_an_answer_in_another_form_is_not_a_bad_log_row(gateway, primary):
    """A provider that leaves usage out: the row says unknown or an estimate, never a wrong zero."""
    body = replies.chat("m")
    del body["usage"]
    primary.script(Answer(body=body))
    gateway.chat("m")

    row = wait_for_row(gateway, lambda row: row.status == 200)

    assert row.output_tokens != 0, row.raw
