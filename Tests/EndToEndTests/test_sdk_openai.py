"""The official OpenAI SDK works against the gateway as it does against OpenAI."""

from __future__ import annotations

import asyncio
import io
import json

import openai
import pytest

import replies
from conftest import CHAT_MODEL

pytestmark = pytest.mark.direct
CLIENT_KEY = "sk-the-clients-own-key"
USER = [{"role": "user", "content": "Hi"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@pytest.fixture(params=["/v1", ""], ids=["with-v1", "without-v1"])
def client(request, endpoint):
    return openai.OpenAI(base_url=endpoint + request.param, api_key=CLIENT_KEY, max_retries=0, timeout=15)


def test_chat_completion(client, provider):
    answer = client.chat.completions.create(model=CHAT_MODEL, messages=USER)

    assert answer.choices[0].message.content == replies.greeting(CHAT_MODEL)
    assert answer.model == CHAT_MODEL
    assert answer.usage.prompt_tokens == replies.INPUT_TOKENS
    assert provider.only().path.endswith("/chat/completions")


def test_chat_stream(client):
    chunks = list(client.chat.completions.create(model=CHAT_MODEL, messages=USER, stream=True))

    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == replies.greeting(CHAT_MODEL)
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"


def test_chat_stream_with_usage(client):
    options = {"include_usage": True}
    chunks = list(client.chat.completions.create(model=CHAT_MODEL, messages=USER, stream=True, stream_options=options))

    assert [c.usage.completion_tokens for c in chunks if c.usage] == [replies.OUTPUT_TOKENS]
    assert chunks[-1].choices == []


def test_chat_stream_helper(client):
    with client.chat.completions.stream(model=CHAT_MODEL, messages=USER) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_completion()

    assert {"chunk", "content.delta", "content.done"} <= kinds
    assert final.choices[0].message.content == replies.greeting(CHAT_MODEL)


def test_chat_tools_pass(client, provider):
    answer = client.chat.completions.create(model=CHAT_MODEL, messages=USER, tools=[WEATHER], tool_choice="auto")

    call = answer.choices[0].message.tool_calls[0]
    assert (call.id, call.function.name, json.loads(call.function.arguments)) == (
        "call_1",
        "weather",
        {"city": "Zürich"},
    )
    assert provider.only().json["tools"] == [WEATHER]


def test_chat_tool_stream_assembles(client):
    with client.chat.completions.stream(model=CHAT_MODEL, messages=USER, tools=[WEATHER]) as stream:
        for _ in stream:
            pass
        call = stream.get_final_completion().choices[0].message.tool_calls[0]

    assert (call.function.name, json.loads(call.function.arguments)) == ("weather", {"city": "Zürich"})


def test_tool_results_go_back_upstream(client, provider):
    called = replies.chat(CHAT_MODEL, tool="weather")["choices"][0]["message"]
    history = [*USER, called, {"role": "tool", "tool_call_id": "call_1", "content": "rain"}]

    client.chat.completions.create(model=CHAT_MODEL, messages=history)

    assert provider.only().json["messages"] == history


def test_responses(client, provider):
    answer = client.responses.create(model=CHAT_MODEL, input="Hi")

    assert answer.output_text == replies.greeting(CHAT_MODEL)
    assert answer.usage.input_tokens == replies.INPUT_TOKENS
    assert provider.only().path.endswith("/responses")


def test_responses_stream_events(client):
    events = list(client.responses.create(model=CHAT_MODEL, input="Hi", stream=True))

    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert (events[0].type, events[-1].type) == ("response.created", "response.completed")
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == events[-1].response.output_text == replies.greeting(CHAT_MODEL)


def test_responses_stream_helper(client):
    with client.responses.stream(model=CHAT_MODEL, input="Hi") as stream:
        for _ in stream:
            pass
        final = stream.get_final_response()

    assert final.output_text == replies.greeting(CHAT_MODEL)


def test_embeddings_in_the_sdks_own_base64(client, provider):
    answer = client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])

    assert [item.embedding for item in answer.data] == [replies.VECTOR] * 2
    assert provider.only().json["encoding_format"] == "base64"


def test_embeddings_as_floats(client):
    answer = client.embeddings.create(model="text-embedding-3-small", input="a", encoding_format="float")

    assert answer.data[0].embedding == replies.VECTOR


def test_completions(client):
    answer = client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hi")

    assert answer.choices[0].text == replies.greeting("gpt-3.5-turbo-instruct")


def test_completions_stream(client):
    chunks = client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hi", stream=True)

    assert "".join(chunk.choices[0].text for chunk in chunks) == replies.greeting("gpt-3.5-turbo-instruct")


def test_image_generation(client):
    answer = client.images.generate(model="gpt-image-1", prompt="a cat")

    assert answer.data[0].b64_json == replies.images()["data"][0]["b64_json"]


def test_image_edit_is_multipart(client, provider):
    client.images.edit(model="gpt-image-1", image=("cat.png", replies.PNG, "image/png"), prompt="a hat")

    received = provider.only()
    assert received.header("content-type").startswith("multipart/form-data; boundary=")
    assert received.model == "gpt-image-1" and replies.PNG in received.body


def test_speech_bytes_arrive_unchanged(client):
    answer = client.audio.speech.create(model="tts-1", voice="alloy", input="Hi")

    assert answer.content == replies.SPEECH
    assert answer.response.headers["content-type"] == "audio/mpeg"


def test_speech_streams(client):
    with client.audio.speech.with_streaming_response.create(model="tts-1", voice="alloy", input="Hi") as answer:
        assert b"".join(answer.iter_bytes()) == replies.SPEECH


def test_transcription_multipart(client, provider):
    sound = io.BytesIO(b"RIFF\x00\x01\r\n--not-a-boundary\r\n" + bytes(range(256)))
    answer = client.audio.transcriptions.create(model="whisper-1", file=("a.wav", sound), language="de")

    received = provider.only()
    assert answer.text == replies.greeting("whisper-1")
    assert sound.getvalue() in received.body and b'name="language"' in received.body


def test_translation_multipart(client):
    answer = client.audio.translations.create(model="whisper-1", file=("a.wav", b"RIFF"))

    assert answer.text == replies.greeting("whisper-1")


def test_moderations(client):
    answer = client.moderations.create(model="omni-moderation-latest", input="Hi")

    assert answer.results[0].flagged is False


def test_rerank_has_no_sdk_but_works(client):
    body = {"model": "rerank-v3.5", "query": "q", "documents": ["a", "b"]}
    answer = client.post("/rerank", body=body, cast_to=object)

    assert [result["index"] for result in answer["results"]] == [0, 1]


def test_the_async_client_runs_calls_side_by_side(endpoint):
    async def ask_all():
        async with openai.AsyncOpenAI(
            base_url=f"{endpoint}/v1", api_key=CLIENT_KEY, max_retries=0, timeout=15
        ) as client:
            calls = [client.chat.completions.create(model=CHAT_MODEL, messages=USER) for _ in range(10)]
            return await asyncio.gather(*calls)

    answers = asyncio.run(ask_all())

    assert [answer.choices[0].message.content for answer in answers] == [replies.greeting(CHAT_MODEL)] * 10
