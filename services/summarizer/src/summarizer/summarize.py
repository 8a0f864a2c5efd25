"""One paper's summary: looked up, else made, stored under its recipe, counted, and stated."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from common.errors import ServiceError, Terminal
from common.events import ObjectRef, PaperEmbedded, SummaryReady
from common.llm import Chat, ModelMissing, Reply
from common.texts import PaperText, Summary, decode_summary, decode_text, encode
from summarizer import metrics
from summarizer.answer import Draft
from summarizer.converse import converse
from summarizer.extract import extract
from summarizer.notes import notes_of
from summarizer.plan import Plan, model_for, needs_text, plan
from summarizer.recipe import EXTRACTIVE
from summarizer.settings import SummarizerSettings
from summarizer.spend import Spend

JSON = "application/json"


class Store(Protocol):
    """The part of ``common.objects.Objects`` used here."""

    async def get(self, ref: ObjectRef, /) -> bytes:
        """The body behind a reference."""
        ...

    async def find(self, key: str, /) -> bytes | None:
        """The body under a key."""
        ...

    async def ref(self, key: str, /) -> ObjectRef | None:
        """What lies under a key."""
        ...

    async def put_at(self, key: str, body: bytes, content_type: str, /) -> ObjectRef:
        """Store under a key; the first writer wins."""
        ...


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A summary that was just made, and the calls that were paid for it."""

    summary: Summary
    paid: tuple[Reply, ...] = ()


class Summarizer:
    """Makes summaries; ``chat`` is None when there is no endpoint, ``now`` gives RFC 3339 UTC."""

    def __init__(
        self,
        settings: SummarizerSettings,
        store: Store,
        spend: Spend,
        *,
        chat: Chat | None,
        now: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._store = store
        self._spend = spend
        self._chat = chat
        self._now = now

    async def summarize(self, event: PaperEmbedded, *, model: str = "") -> SummaryReady:
        """The fact that a summary exists; whatever was paid is stored before this returns."""
        todo = await self.plan(event, model=model)
        key = todo.recipe.object_key
        kept = await self._store.ref(key) if todo.ask else None
        made: Made | None = None
        if kept is None:
            made = await self.make(event, todo)
            kept = await self._store.put_at(key, encode(made.summary), JSON)
        summary = made.summary if made else decode_summary(await self._store.get(kept))
        paid: tuple[Reply, ...] = ()
        if made and todo.ask:
            summary, paid = await self._settled(made, kept)
        await self._spend.kept(summary, paid)
        metrics.SUMMARIES.labels("cached" if made is None else metrics.how(summary)).inc()
        return self._fact(event, summary, kept, made)

    async def plan(self, event: PaperEmbedded, *, model: str = "") -> Plan:
        """What has to be done; raises Terminal when ``model`` cannot be asked."""
        chosen = model_for(model, self._settings)
        text = PaperText(paper=event.paper, version=event.version, extractor="", passages=())
        if needs_text(event):
            text = decode_text(await self._store.get(event.text))
        return plan(event, text, chosen, settings=self._settings)

    async def cached(self, todo: Plan) -> Summary | None:
        """The summary already stored under the recipe."""
        body = await self._store.find(todo.recipe.object_key)
        return decode_summary(body) if body else None

    async def make(self, event: PaperEmbedded, todo: Plan) -> Made:
        """A new summary, not stored yet; calls paid in vain are counted before this raises."""
        if todo.ask is None or self._chat is None:
            # No time is kept, so that the same text always gives the same bytes.
            draft = extract(todo.title, todo.abstract, todo.closing)
            return Made(summary=_summary(event, todo, draft))
        paid: list[Reply] = []
        try:
            draft = await converse(self._chat, todo.ask, paid)
        except ServiceError as error:
            await self._spend.lost(todo.recipe.digest, todo.recipe.model, paid)
            if isinstance(error, ModelMissing) and todo.ask.model != self._settings.summary_model:
                raise Terminal(str(error), reason="no_such_model") from error
            raise
        summary = msgspec.structs.replace(
            _summary(event, todo, draft),
            prompt_tokens=sum(reply.usage.prompt_tokens for reply in paid),
            completion_tokens=sum(reply.usage.completion_tokens for reply in paid),
            cost_usd=self._spend.cost_usd(todo.ask.model, paid),
            at=self._now(),
        )
        return Made(summary=summary, paid=tuple(paid))

    async def _settled(self, made: Made, kept: ObjectRef) -> tuple[Summary, tuple[Reply, ...]]:
        """What is stored, and our calls for it: none if a racing worker's made ours a waste."""
        stored = decode_summary(await self._store.get(kept))
        if stored == made.summary:
            return stored, made.paid
        await self._spend.lost(made.summary.recipe, made.summary.model, made.paid)
        return stored, ()

    def _fact(
        self, event: PaperEmbedded, summary: Summary, ref: ObjectRef, made: Made | None
    ) -> SummaryReady:
        return SummaryReady(
            paper=event.paper,
            version=event.version,
            meta=event.meta,
            tldr=summary.tldr,
            summary=ref,
            model=summary.model,
            recipe=summary.recipe,
            prompt_tokens=summary.prompt_tokens,
            completion_tokens=summary.completion_tokens,
            cost_usd=summary.cost_usd,
            cached=made is None,
            notes=notes_of(event, summary, made.paid if made else (), self._settings),
            announced_at=event.announced_at,
        )


def _summary(event: PaperEmbedded, todo: Plan, draft: Draft) -> Summary:
    return Summary(
        **msgspec.structs.asdict(draft),
        paper=event.paper,
        version=event.version,
        model=todo.recipe.model,
        recipe=todo.recipe.digest,
        prompt_version=todo.recipe.prompt_version,
        extractive=todo.recipe.model == EXTRACTIVE,
    )
