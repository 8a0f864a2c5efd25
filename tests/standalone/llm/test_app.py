"""The scripted model speaks the real protocol, faults included."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from common.errors import UsageError
from standalone.llm import Script, ScriptedLlm, Step, load_script

ASK = {
    "model": "m",
    "messages": [
        {"role": "system", "content": "Answer in JSON"},
        {"role": "user", "content": "Title: Cats"},
    ],
}


@pytest.fixture
def llm() -> ScriptedLlm:
    return ScriptedLlm()


@pytest.fixture
async def client(llm: ScriptedLlm) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=llm)
    async with httpx.AsyncClient(transport=transport, base_url="http://llm") as http:
        yield http


async def chat(client: httpx.AsyncClient, **more: object) -> httpx.Response:
    return await client.post("/v1/chat/completions", json={**ASK, **more})


async def test_a_plain_answer_fits_the_schema_asked_for(client: httpx.AsyncClient) -> None:
    schema: dict[str, object] = {"properties": {"one": {}, "two": {}}}
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}

    body = (await chat(client, response_format=wanted)).json()

    choice = body["choices"][0]
    assert json.loads(choice["message"]["content"]) == {
        "one": "Scripted one of Cats.",
        "two": "Scripted two of Cats.",
    }
    assert choice["finish_reason"] == "stop"
    assert body["usage"]["total_tokens"] > body["usage"]["completion_tokens"] > 0


async def test_a_stream_says_the_same_and_ends_with_usage(client: httpx.AsyncClient) -> None:
    whole = (await chat(client)).json()
    answer = await chat(client, stream=True, stream_options={"include_usage": True})

    lines = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    chunks = [json.loads(line) for line in lines[:-1]]
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]
    text = "".join(delta.get("content", "") for delta in deltas)
    assert text == whole["choices"][0]["message"]["content"]
    assert lines[-1] == "[DONE]"
    assert chunks[-1]["usage"] == whole["usage"]
    assert "usage" not in chunks[0]


@pytest.mark.parametrize(
    ("step", "status", "finish", "billed"),
    [
        (Step(fault="rate_limit", retry_after="30"), 429, None, False),
        (Step(fault="error", status=500), 500, None, False),
        (Step(fault="unauthorised"), 401, None, False),
        (Step(fault="context_length"), 400, None, False),
        (Step(fault="truncate"), 200, "length", True),
        (Step(fault="refuse"), 200, "stop", True),
        (Step(fault="filter"), 200, "content_filter", True),
        (Step(fault="prose"), 200, "stop", True),
        (Step(fault="no_usage"), 200, "stop", True),
    ],
)
async def test_each_fault_comes_once_and_is_logged(
    client: httpx.AsyncClient, llm: ScriptedLlm, step: Step, status: int, finish: str, billed: bool
) -> None:
    llm.script = Script(steps=[step])

    first, second = await chat(client), await chat(client)

    assert (first.status_code, second.status_code) == (status, 200)
    assert first.headers.get("retry-after", "") == step.retry_after
    if finish:
        assert first.json()["choices"][0]["finish_reason"] == finish
    log = (await client.get("/control")).json()["calls"]
    assert [(c["fault"], c["status"], c["billed"]) for c in log] == [
        (step.fault, status, billed),
        ("ok", 200, True),
    ]
    assert log[0]["prompt"] == log[1]["prompt"]
    assert 0 < log[0]["at_s"] <= log[1]["at_s"]


async def test_the_script_is_set_and_cleared_by_control(client: httpx.AsyncClient) -> None:
    await client.put("/control", json={"steps": [{"fault": "error", "status": 503, "times": 2}]})
    statuses = [(await chat(client)).status_code for _ in range(3)]
    assert statuses == [503, 503, 200]

    assert (await client.put("/control", json={"steps": [{"fault": "?"}]})).status_code == 400
    await client.delete("/control")
    assert (await client.get("/control")).json() == {"calls": [], "steps": []}


async def test_embeddings_and_models(client: httpx.AsyncClient) -> None:
    asked = {"model": "e", "input": ["a cat", "a cat", "dogs bark"], "dimensions": 8}
    body = (await client.post("/v1/embeddings", json=asked)).json()

    one, same, other = (row["embedding"] for row in body["data"])
    assert one == same != other
    assert sum(value * value for value in one) == pytest.approx(1)
    packed = await client.post("/v1/embeddings", json={**asked, "encoding_format": "base64"})
    assert len(packed.json()["data"][0]["embedding"]) == 44
    models = (await client.get("/v1/models")).json()["data"]
    assert "scripted" in [model["id"] for model in models]


@pytest.mark.parametrize("content", [None, "[]", '{"steps": [{"fault": "nonsense"}]}'])
def test_a_wrong_script_file_is_refused(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "script.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError, match="--script"):
        load_script(path)


def test_a_script_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    path.write_text('{"steps": [{"fault": "prose", "times": 2}]}')
    script = load_script(path)
    assert [script.next().fault for _ in range(3)] == ["prose", "prose", "ok"]
