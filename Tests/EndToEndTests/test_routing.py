"""Which entry serves which model name (product.md §4)."""

from __future__ import annotations

import pytest

import shapes
from conftest import quiet_settings
from gateway import channel
from provider import Answer


@pytest.fixture
def two_channels(make_gateway, primary, fallback):
    """`first` serves alpha and Mixed-Case; `second` serves alpha, beta and gamma-real, shown as Gamma Nice."""
    models = ["alpha", "beta", {"model": "gamma-real", "name": "Gamma Nice"}]
    return make_gateway(
        {
            "channels": [
                channel("first", primary.url, ["alpha", "Mixed-Case"]),
                channel("second", fallback.url, models),
            ],
            "settings": quiet_settings(),
        }
    )


@pytest.mark.parametrize("name", ["auto", "AUTO", "Auto", " auto\t", "", "   "], ids=repr)
def test_auto_and_no_name_mean_the_first_entry_of_the_group(two_channels, primary, name):
    reply = two_channels.chat(name)

    assert reply.status == 200, reply
    assert (reply.channel, reply.header("x-api-switch-model")) == ("first", "alpha")
    assert reply.json["model"] == "alpha" and primary.only().json["model"] == "alpha"


def test_a_missing_model_means_auto_and_keeps_the_other_members(two_channels, primary):
    reply = two_channels.chat(None, temperature=0.5)

    assert reply.status == 200, reply
    received = primary.only().json
    assert received.pop("model") == "alpha"
    assert received == {"messages": [{"role": "user", "content": "Hi"}], "temperature": 0.5}


@pytest.mark.parametrize(
    ("name", "channel_name", "model"),
    [
        ("alpha", "first", "alpha"),
        (" beta ", "second", "beta"),
        ("BETA", "second", "beta"),
        ("mixed-case", "first", "Mixed-Case"),
        ("Mixed-Case", "first", "Mixed-Case"),
        ("Gamma Nice", "second", "gamma-real"),
        ("gamma nice", "second", "gamma-real"),
        ("gamma-real", "second", "gamma-real"),
    ],
)
def test_a_name_finds_its_entry_trimmed_in_any_case_or_by_alias(two_channels, name, channel_name, model):
    reply = two_channels.chat(name)

    assert reply.status == 200, reply
    assert (reply.channel, reply.header("x-api-switch-model"), reply.attempts) == (channel_name, model, 1)
    assert reply.json["model"] == model


def test_exact_case_wins_over_any_case(make_gateway, primary, fallback):
    gateway = make_gateway(
        {"channels": [channel("upper", primary.url, ["ALPHA"]), channel("lower", fallback.url, ["alpha"])]}
    )

    assert [gateway.chat(name).channel for name in ("alpha", "ALPHA")] == ["lower", "upper"]


def test_a_model_name_wins_over_an_alias(make_gateway, primary, fallback):
    aliased = [{"model": "real", "name": "wanted"}]
    gateway = make_gateway(
        {"channels": [channel("alias", primary.url, aliased), channel("model", fallback.url, ["wanted"])]}
    )

    assert gateway.chat("wanted").channel == "model"


@pytest.mark.parametrize("name", ["alph", "alpha-2", "lpha", "nobody"])
def test_an_unknown_name_is_served_by_auto_and_never_matched_by_substring(two_channels, name):
    reply = two_channels.chat(name)

    assert reply.status == 200, reply
    assert (reply.channel, reply.json["model"]) == ("first", "alpha")


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
@pytest.mark.parametrize("name", ["alph", "nobody"])
def test_strict_model_names_refuse_an_unknown_name(make_gateway, primary, dialect, name):
    config = {
        "channels": [channel("only", primary.url, ["alpha"])],
        "settings": quiet_settings(strict_model_names=True),
    }
    gateway = make_gateway(config)

    reply = gateway.call("POST", shapes.path(dialect, name), shapes.headers(dialect), shapes.body(dialect, name))

    shapes.assert_error(reply, dialect, 404, f"No available provider for model: {name}")
    assert primary.requests == []


def test_strict_model_names_still_serve_known_names_and_auto(make_gateway, primary):
    config = {
        "channels": [channel("only", primary.url, ["alpha"])],
        "settings": quiet_settings(strict_model_names=True),
    }
    gateway = make_gateway(config)

    assert [gateway.chat(name).status for name in ("alpha", "ALPHA", "auto", "")] == [200] * 4


def test_a_channel_that_is_off_takes_no_part(make_gateway, primary, fallback):
    config = {
        "channels": [channel("off", primary.url, ["alpha"], enabled=False), channel("on", fallback.url, ["alpha"])]
    }
    gateway = make_gateway(config)

    assert [gateway.chat(name).channel for name in ("alpha", "auto")] == ["on", "on"]
    assert primary.requests == []


def test_without_any_channel_the_answer_is_a_clear_404(make_gateway):
    reply = make_gateway({"channels": []}).chat("alpha")

    shapes.assert_error(reply, shapes.CHAT, 404, "No available provider for model: alpha")


def test_embeddings_never_fail_over_to_another_model(make_gateway, primary, fallback):
    """Vectors of two models do not match."""
    primary.always(Answer(503, {"error": {"message": "down"}}))
    names = ["text-embedding-3-small"], ["text-embedding-3-large"]
    config = {
        "channels": [channel("small", primary.url, names[0]), channel("large", fallback.url, names[1])],
        "settings": quiet_settings(),
    }
    gateway = make_gateway(config)

    reply = gateway.call("POST", "/v1/embeddings", body={"model": names[0][0], "input": "a"})

    assert reply.status >= 500, reply
    assert fallback.requests == []


def test_an_embedding_model_never_serves_chat_through_auto(make_gateway, primary):
    gateway = make_gateway({"channels": [channel("only", primary.url, ["text-embedding-3-small", "gpt-4o"])]})

    reply = gateway.chat("auto")

    assert (reply.status, reply.json["model"]) == (200, "gpt-4o"), reply


def test_gemini_paths_name_the_model(make_gateway, primary):
    gateway = make_gateway({"channels": [channel("g", primary.url, ["gemini-2.5-flash"], "gemini")]})

    for name in ("auto", "gemini-2.5-flash", "Gemini-2.5-FLASH"):
        reply = gateway.call("POST", shapes.path(shapes.GEMINI, name), {}, shapes.body(shapes.GEMINI))
        assert reply.status == 200 and reply.json["modelVersion"] == "gemini-2.5-flash", reply


def test_anthropic_auto_is_served_by_its_channel(make_gateway, primary):
    gateway = make_gateway({"channels": [channel("a", primary.url, ["claude-x"], "anthropic")]})

    reply = gateway.call(
        "POST", "/v1/messages", {"anthropic-version": "2023-06-01"}, shapes.body(shapes.MESSAGES, "auto")
    )

    assert reply.status == 200 and reply.json["model"] == "claude-x", reply
