"""Doubles of what the summarizer talks to, and a paper."""

import hashlib
from collections.abc import Callable

import pytest

from common.errors import ServiceError
from common.events import ObjectRef, PaperEmbedded, PaperMeta
from common.kv import Entry
from common.llm import Ask, Reply, Usage
from common.settings import Secret
from common.texts import PaperText, Passage, encode
from summarizer.settings import SummarizerSettings
from summarizer.spend import Spend

ABSTRACT = (
    "Training deep networks is expensive. However, existing methods need tuned scales. "
    "In this paper, we propose adaptive loss scaling, which removes the scale. "
    "Experiments show that it outperforms the state of the art by 3.5%. "
)
LIMIT = "Our analysis is limited to image models. We do not consider sparse gradients here."


class FakeStore:
    """Objects in memory; ``broken`` makes the next put_at raise."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.broken: ServiceError | None = None

    async def get(self, ref: ObjectRef) -> bytes:
        return self.bodies[ref.key]

    async def find(self, key: str) -> bytes | None:
        return self.bodies.get(key)

    async def ref(self, key: str) -> ObjectRef | None:
        return self._ref(key) if key in self.bodies else None

    async def put_at(self, key: str, body: bytes, content_type: str) -> ObjectRef:
        if self.broken:
            raise self.broken
        self.bodies.setdefault(key, body)
        return self._ref(key)

    def _ref(self, key: str) -> ObjectRef:
        body = self.bodies[key]
        return ObjectRef(key=key, sha256=hashlib.sha256(body).hexdigest(), size_bytes=len(body))


class FakeBucket:
    """A bucket in memory; ``broken`` makes the next create raise."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.broken: ServiceError | None = None

    async def create(self, key: str, value: bytes) -> int | None:
        if self.broken:
            raise self.broken
        if key in self.values:
            return None
        self.values[key] = value
        return len(self.values)

    async def items(self, prefix: str = "") -> list[tuple[str, Entry]]:
        found = sorted(self.values.items())
        return [(key, Entry(value, 1)) for key, value in found if key.startswith(prefix)]


class FakeChat:
    """Answers from a list; an error in it is raised."""

    def __init__(self, *answers: Reply | ServiceError) -> None:
        self.answers = list(answers)
        self.asked: list[Ask] = []

    async def ask(self, ask: Ask) -> Reply:
        self.asked.append(ask)
        answer = self.answers.pop(0)
        if isinstance(answer, ServiceError):
            raise answer
        return answer


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def bucket() -> FakeBucket:
    return FakeBucket()


@pytest.fixture
def now() -> Callable[[], str]:
    return lambda: "2026-11-21T08:00:00.000000Z"


@pytest.fixture
def settings() -> SummarizerSettings:
    return SummarizerSettings(openai_api_key=Secret("sk-x"), summary_model="gpt-4o-mini")


@pytest.fixture
def spend(bucket: FakeBucket, settings: SummarizerSettings, now: Callable[[], str]) -> Spend:
    return Spend(bucket, settings.prices, now)


@pytest.fixture
def make_chat() -> type[FakeChat]:
    return FakeChat


@pytest.fixture
def make_reply() -> Callable[..., Reply]:
    def reply(text: str = "", **more: object) -> Reply:
        known = {
            "call_id": f"call-{abs(hash((text, str(more))))}",
            "text": text or '{"tldr": "Short.", "method": "By hand."}',
            "finish": "stop",
            "model": "gpt-4o-mini",
            "usage": Usage(prompt_tokens=1000, completion_tokens=100),
        }
        return Reply(**{**known, **more})  # type: ignore[arg-type]

    return reply


@pytest.fixture
def paper(store: FakeStore) -> PaperEmbedded:
    text = PaperText(
        paper="arxiv:2401.00001",
        version=2,
        extractor="test",
        passages=(
            Passage(no=0, text="Networks are large.", section="1 Introduction"),
            Passage(no=1, text="We scale each layer.", section="2 Method"),
            Passage(no=2, text=LIMIT, section="5 Conclusion"),
            Passage(no=3, text="[1] Somebody.", section="References"),
        ),
    )
    body = encode(text)
    store.bodies["text/x"] = body
    return PaperEmbedded(
        paper="arxiv:2401.00001",
        version=2,
        meta=PaperMeta(title="Adaptive loss scaling", abstract=ABSTRACT),
        text=ObjectRef(key="text/x", sha256=hashlib.sha256(body).hexdigest(), size_bytes=1),
        model="static",
        passages=4,
        full_text=True,
    )
