"""The error and stream shapes of each dialect, as checks."""

from __future__ import annotations

import json

from wire import Reply

CHAT, RESPONSES, MESSAGES, GEMINI = "openai-chat", "openai-responses", "anthropic-messages", "gemini"
DIALECTS = [CHAT, RESPONSES, MESSAGES, GEMINI]

#: status → (OpenAI types or codes, Anthropic type, Gemini status)
WORDS = {
    400: ({"invalid_request_error"}, "invalid_request_error", {"INVALID_ARGUMENT"}),
    401: ({"invalid_request_error", "authentication_error", "invalid_api_key"}, "authentication_error", {"UNAUTHENTICATED"}),
    404: ({"invalid_request_error", "not_found_error", "model_not_found"}, "not_found_error", {"NOT_FOUND"}),
    405: ({"invalid_request_error"}, "invalid_request_error", None),
    413: ({"invalid_request_error"}, "request_too_large", {"INVALID_ARGUMENT"}),
    415: ({"invalid_request_error"}, "invalid_request_error", {"INVALID_ARGUMENT"}),
    503: ({"server_error", "api_error", "service_unavailable", "overloaded_error"}, ("api_error", "overloaded_error"), {"UNAVAILABLE"}),
}  # fmt: skip


def path(dialect: str, model: str = "m", stream: bool = False) -> str:
    if dialect == GEMINI:
        return f"/v1beta/models/{model}:" + ("streamGenerateContent?alt=sse" if stream else "generateContent")
    return {CHAT: "/v1/chat/completions", RESPONSES: "/v1/responses", MESSAGES: "/v1/messages"}[dialect]


def body(dialect: str, model: str | None = "m", stream: bool = False, text: str = "Hi") -> dict:
    """A small request of the dialect."""
    if dialect == GEMINI:
        return {"contents": [{"role": "user", "parts": [{"text": text}]}]}
    named = {} if model is None else {"model": model}
    streamed = {"stream": True} if stream else {}
    if dialect == RESPONSES:
        return {**named, "input": text, **streamed}
    messages = {"messages": [{"role": "user", "content": text}]}
    return {**named, **({"max_tokens": 64} if dialect == MESSAGES else {}), **messages, **streamed}


def headers(dialect: str, key: str | None = None) -> dict[str, str]:
    """What a client of the dialect sends."""
    sent = {"anthropic-version": "2023-06-01"} if dialect == MESSAGES else {}
    if key is not None:
        name = {MESSAGES: "x-api-key", GEMINI: "x-goog-api-key"}.get(dialect, "Authorization")
        sent[name] = f"Bearer {key}" if name == "Authorization" else key
    return sent


def assert_error(reply: Reply, dialect: str, status: int, *contains: str) -> str:
    """Checks status and shape; answers the message."""
    assert reply.status == status, f"expected {status}, got {reply}"
    assert "application/json" in (reply.header("content-type") or ""), f"an error must be JSON: {reply}"
    value = reply.json
    if isinstance(value, list):
        assert dialect == GEMINI and len(value) == 1, f"only Gemini's streams may wrap an error in an array: {reply}"
        value = value[0]
    error = value.get("error")
    assert isinstance(error, dict), f"no error object: {reply}"
    message = error.get("message")
    assert isinstance(message, str) and message, f"no message: {reply}"
    words = WORDS.get(status)
    if dialect == MESSAGES:
        assert value.get("type") == "error", f"Anthropic's envelope has type error: {reply}"
        assert not words or error.get("type") in words[1], f"wrong type: {reply}"
    elif dialect == GEMINI:
        assert error.get("code") == status, f"Gemini repeats the status as code: {reply}"
        assert isinstance(error.get("status"), str), f"Gemini has a status word: {reply}"
        assert not words or words[2] is None or error["status"] in words[2], f"wrong status word: {reply}"
    else:
        assert {"message", "type", "param", "code"} <= error.keys(), f"OpenAI has four members: {reply}"
        assert not words or {error["type"], error["code"]} & words[0], f"wrong type and code: {reply}"
    for part in contains:
        assert part.lower() in message.lower(), f"{part!r} is missing from the message: {message!r}"
    assert "upstream-key-of" not in str(reply), "a key leaked into an error"
    return message


def text_of(dialect: str, reply: Reply) -> str:
    """The text a client would have shown."""
    if not reply.events:
        return whole_text(dialect, reply.json)
    return "".join(delta_text(dialect, json.loads(data)) for _, data in reply.events if is_json(data))


def is_json(data: str) -> bool:
    try:
        json.loads(data)
        return True
    except ValueError:
        return False


def whole_text(dialect: str, value: dict) -> str:
    if dialect == CHAT:
        return value["choices"][0]["message"]["content"]
    if dialect == RESPONSES:
        return value["output"][0]["content"][0]["text"]
    if dialect == MESSAGES:
        return value["content"][0]["text"]
    return value["candidates"][0]["content"]["parts"][0]["text"]


def delta_text(dialect: str, value: dict) -> str:
    if dialect == CHAT:
        choices = value.get("choices") or [{}]
        return choices[0].get("delta", {}).get("content") or ""
    if dialect == RESPONSES:
        return value["delta"] if value.get("type") == "response.output_text.delta" else ""
    if dialect == MESSAGES:
        return value.get("delta", {}).get("text", "")
    parts = (value.get("candidates") or [{}])[0].get("content", {}).get("parts", [])
    return "".join(part.get("text", "") for part in parts)


def terminals(dialect: str, reply: Reply) -> list[str]:
    """The events that claim the answer is whole."""
    found = []
    for name, data in reply.events:
        value = json.loads(data) if is_json(data) else {}
        if dialect == CHAT and data == "[DONE]":
            found.append("[DONE]")
        elif dialect == CHAT and any(choice.get("finish_reason") for choice in value.get("choices") or []):
            found.append("finish_reason")
        elif dialect == RESPONSES and value.get("type") in ("response.completed", "response.incomplete"):
            found.append(value["type"])
        elif dialect == MESSAGES and value.get("type") == "message_stop":
            found.append("message_stop")
        elif dialect == GEMINI and any(c.get("finishReason") for c in value.get("candidates") or []):
            found.append("finishReason")
    return found


def error_events(dialect: str, reply: Reply) -> list[dict]:
    found = []
    for name, data in reply.events:
        value = json.loads(data) if is_json(data) else {}
        if dialect == RESPONSES and value.get("type") in ("response.failed", "error"):
            found.append(value)
        elif dialect == MESSAGES and value.get("type") == "error":
            assert name == "error", f"Anthropic names the event: {reply}"
            assert value["error"]["type"] and value["error"]["message"], f"type and message: {reply}"
            found.append(value)
        elif dialect in (CHAT, GEMINI) and "error" in value:
            assert value["error"].get("message"), f"an error has a message: {reply}"
            found.append(value)
    return found
