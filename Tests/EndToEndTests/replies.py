"""What a well-behaved provider answers: one function per wire form, all deterministic.

Every answer says "Hello from MODEL." and bills the same usage, so that a test can tell who answered
and what the gateway should have logged.
"""

from __future__ import annotations

import base64
import json

INPUT_TOKENS = 11
OUTPUT_TOKENS = 7
CACHED_TOKENS = 3
SPEECH = b"ID3\x04\x00scripted-audio\x00\xff\xfe"
PNG = b"\x89PNG\r\n\x1a\nscripted-image"
VECTOR = [0.25, -0.5, 0.125]
CREATED = 1_760_000_000


def dump(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def greeting(model: str) -> str:
    return f"Hello from {model}."


def sse(value, event: str | None = None) -> bytes:
    head = f"event: {event}\n".encode() if event else b""
    return head + b"data: " + (value if isinstance(value, bytes) else dump(value)) + b"\n\n"


# OpenAI chat -----------------------------------------------------------------------------------------

CHAT_USAGE = {
    "prompt_tokens": INPUT_TOKENS,
    "completion_tokens": OUTPUT_TOKENS,
    "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
    "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
}


def chat(model: str, text: str | None = None, tool: str | None = None) -> dict:
    message: dict = {"role": "assistant", "content": text or greeting(model)}
    if tool:
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": tool, "arguments": '{"city": "Zürich"}'}}
            ],
        }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": CREATED,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if tool else "stop"}],
        "usage": CHAT_USAGE,
    }


def chat_chunk(model: str, delta: dict, finish: str | None = None) -> bytes:
    return sse(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": CREATED,
            "model": model,
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }
    )


def chat_role(model: str) -> bytes:
    return chat_chunk(model, {"role": "assistant", "content": ""})


def chat_usage_chunk(model: str) -> bytes:
    return sse(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": CREATED,
            "model": model,
            "choices": [],
            "usage": CHAT_USAGE,
        }
    )


def pieces(text: str) -> list[str]:
    """The text in small pieces that add up to it."""
    return [text[i : i + 4] for i in range(0, len(text), 4)]


def chat_events(model: str, text: str | None = None, tool: str | None = None, usage: bool = True) -> list[bytes]:
    events = [chat_role(model)]
    if tool:
        function = {"index": 0, "id": "call_1", "type": "function", "function": {"name": tool, "arguments": ""}}
        events.append(chat_chunk(model, {"tool_calls": [function]}))
        for part in ['{"city"', ': "Zü', 'rich"}']:
            events.append(chat_chunk(model, {"tool_calls": [{"index": 0, "function": {"arguments": part}}]}))
        events.append(chat_chunk(model, {}, "tool_calls"))
    else:
        events += [chat_chunk(model, {"content": piece}) for piece in pieces(text or greeting(model))]
        events.append(chat_chunk(model, {}, "stop"))
    if usage:
        events.append(chat_usage_chunk(model))
    events.append(sse(b"[DONE]"))
    return events


# OpenAI completions ------------------------------------------------------------------------------------


def completion(model: str) -> dict:
    return {
        "id": "cmpl-1",
        "object": "text_completion",
        "created": CREATED,
        "model": model,
        "choices": [{"index": 0, "text": greeting(model), "logprobs": None, "finish_reason": "stop"}],
        "usage": CHAT_USAGE,
    }


def completion_events(model: str) -> list[bytes]:
    def chunk(text: str, finish: str | None = None) -> bytes:
        choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": finish}
        return sse(
            {"id": "cmpl-1", "object": "text_completion", "created": CREATED, "model": model, "choices": [choice]}
        )

    return [chunk(piece) for piece in pieces(greeting(model))] + [chunk("", "stop"), sse(b"[DONE]")]


# OpenAI responses ----------------------------------------------------------------------------------------


def response(model: str, status: str = "completed", output: list | None = None, usage: bool = True) -> dict:
    text = {"type": "output_text", "text": greeting(model), "annotations": []}
    message = {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [text]}
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": model,
        "output": [message] if output is None else output,
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": {
            "input_tokens": INPUT_TOKENS,
            "input_tokens_details": {"cached_tokens": CACHED_TOKENS, "cache_write_tokens": 0},
            "output_tokens": OUTPUT_TOKENS,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
        }
        if usage
        else None,
    }


def response_events(model: str) -> list[bytes]:
    at = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    text = greeting(model)
    full = {"type": "output_text", "text": text, "annotations": []}
    item = {"type": "message", "id": "msg_1", "status": "in_progress", "role": "assistant", "content": []}
    bodies: list[dict] = [
        {"type": "response.created", "response": response(model, "in_progress", [], False)},
        {"type": "response.in_progress", "response": response(model, "in_progress", [], False)},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.content_part.added", **at, "part": {**full, "text": ""}},
        *({"type": "response.output_text.delta", **at, "delta": piece, "logprobs": []} for piece in pieces(text)),
        {"type": "response.output_text.done", **at, "text": text, "logprobs": []},
        {"type": "response.content_part.done", **at, "part": full},
        {
            "type": "response.output_item.done",
            "output_index": 0,
            "item": {**item, "status": "completed", "content": [full]},
        },
        {"type": "response.completed", "response": response(model)},
    ]
    return [sse({**body, "sequence_number": number}, body["type"]) for number, body in enumerate(bodies)]


# Anthropic ------------------------------------------------------------------------------------------------

MESSAGE_USAGE = {
    "input_tokens": INPUT_TOKENS - CACHED_TOKENS,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": CACHED_TOKENS,
    "output_tokens": OUTPUT_TOKENS,
}


def message(model: str, tool: str | None = None) -> dict:
    content: dict = {"type": "text", "text": greeting(model)}
    if tool:
        content = {"type": "tool_use", "id": "toolu_1", "name": tool, "input": {"city": "Zürich"}}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [content],
        "stop_reason": "tool_use" if tool else "end_turn",
        "stop_sequence": None,
        "usage": MESSAGE_USAGE,
    }


def message_events(model: str, tool: str | None = None) -> list[bytes]:
    start = {**message(model), "content": [], "stop_reason": None, "usage": {**MESSAGE_USAGE, "output_tokens": 1}}
    block: dict = {"type": "text", "text": ""}
    deltas: list[dict] = [{"type": "text_delta", "text": piece} for piece in pieces(greeting(model))]
    if tool:
        block = {"type": "tool_use", "id": "toolu_1", "name": tool, "input": {}}
        deltas = [{"type": "input_json_delta", "partial_json": part} for part in ["", '{"city": "Zü', 'rich"}']]
    bodies: list[dict] = [
        {"type": "message_start", "message": start},
        {"type": "ping"},
        {"type": "content_block_start", "index": 0, "content_block": block},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use" if tool else "end_turn", "stop_sequence": None},
            "usage": MESSAGE_USAGE,
        },
        {"type": "message_stop"},
    ]
    return [sse(body, body["type"]) for body in bodies]


# Gemini -----------------------------------------------------------------------------------------------------

GEMINI_USAGE = {
    "promptTokenCount": INPUT_TOKENS,
    "candidatesTokenCount": OUTPUT_TOKENS,
    "totalTokenCount": INPUT_TOKENS + OUTPUT_TOKENS,
    "cachedContentTokenCount": CACHED_TOKENS,
}


def gemini(model: str, text: str | None = None, finish: str | None = "STOP", tool: str | None = None) -> dict:
    part: dict = {"text": greeting(model) if text is None else text}
    if tool:
        part = {"functionCall": {"name": tool, "args": {"city": "Zürich"}}}
    candidate = {"content": {"parts": [part], "role": "model"}, "index": 0}
    body: dict = {"candidates": [candidate], "modelVersion": model, "responseId": "gemini-1"}
    if finish:
        candidate["finishReason"] = finish
        body["usageMetadata"] = GEMINI_USAGE
    return body


def gemini_chunks(model: str, tool: str | None = None) -> list[dict]:
    if tool:
        return [gemini(model, tool=tool)]
    parts = pieces(greeting(model))
    return [gemini(model, piece, None) for piece in parts[:-1]] + [gemini(model, parts[-1])]


def gemini_events(model: str, tool: str | None = None) -> list[bytes]:
    return [b"data: " + dump(chunk) + b"\r\n\r\n" for chunk in gemini_chunks(model, tool)]


# Endpoints without a dialect -------------------------------------------------------------------------------


def embeddings(model: str, count: int, as_base64: bool) -> dict:
    import struct

    vector = base64.b64encode(struct.pack("<3f", *VECTOR)).decode() if as_base64 else VECTOR
    return {
        "object": "list",
        "data": [{"object": "embedding", "index": i, "embedding": vector} for i in range(count)],
        "model": model,
        "usage": {"prompt_tokens": INPUT_TOKENS, "total_tokens": INPUT_TOKENS},
    }


def images() -> dict:
    return {"created": CREATED, "data": [{"b64_json": base64.b64encode(PNG).decode()}]}


def moderation(model: str) -> dict:
    names = ["harassment", "hate", "violence"]
    result = {
        "flagged": False,
        "categories": dict.fromkeys(names, False),
        "category_scores": dict.fromkeys(names, 0.001),
        "category_applied_input_types": {name: ["text"] for name in names},
    }
    return {"id": "modr-1", "model": model, "results": [result]}


def rerank(model: str, documents: int) -> dict:
    results = [{"index": i, "relevance_score": 1 / (i + 1)} for i in range(documents)]
    return {"id": "rerank-1", "model": model, "results": results, "usage": {"total_tokens": INPUT_TOKENS}}
