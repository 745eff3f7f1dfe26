"""Until dialects are converted: a model of another dialect's channel is refused, clearly. Delete with the conversion."""

from __future__ import annotations

import pytest

import shapes
from conftest import CHAT_MODEL, CLAUDE_MODEL, GEMINI_MODELS
from gateway import channel

SPOKEN = {
    shapes.CHAT: [CLAUDE_MODEL, GEMINI_MODELS[0]],
    shapes.RESPONSES: [CLAUDE_MODEL, GEMINI_MODELS[0]],
    shapes.MESSAGES: [CHAT_MODEL, GEMINI_MODELS[0]],
    shapes.GEMINI: [CHAT_MODEL, CLAUDE_MODEL],
}
PAIRS = [(dialect, model) for dialect, models in SPOKEN.items() for model in models]


@pytest.mark.parametrize(("dialect", "model"), PAIRS)
def test_a_model_of_another_dialect_is_refused_with_the_reason(make_gateway, primary, dialect, model):
    kind = {CHAT_MODEL: "openai", CLAUDE_MODEL: "anthropic"}.get(model, "gemini")
    gateway = make_gateway({"channels": [channel("other", primary.url, [model], kind)]})

    reply = gateway.call("POST", shapes.path(dialect, model), shapes.headers(dialect), shapes.body(dialect, model))

    message = shapes.assert_error(reply, dialect, 404, f"No available provider for model: {model}")
    assert "other" in message, f"the reason names the channel: {message!r}"
    assert primary.requests == []
