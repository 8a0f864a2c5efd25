"""Mail about the system itself: to its operators, or to everybody who has a watch that mails."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog

from common.chores import MailRequested
from common.errors import Retryable, Unavailable
from common.objects import ObjectMissing
from common.papermeta import ObjectRef
from common.watches import Mail
from notifier.announcement import Announcement, letter
from notifier.mail import SERVER
from notifier.posts import Posted, Posts
from notifier.settings import NotifierSettings
from notifier.telling import one_line
from notifier.watchlist import Watchlist

log = structlog.get_logger("paperbus")
AT_ONCE = 8


class Reading(Protocol):
    """The object store, for reading."""

    async def get(self, ref: ObjectRef, /) -> bytes:
        """The body."""


class Announcing:
    """Takes what is to be mailed; who was told under the same name is not told again."""

    def __init__(
        self, settings: NotifierSettings, posts: Posts, watchlist: Watchlist, objects: Reading
    ) -> None:
        self._settings = settings
        self._posts = posts
        self._watchlist = watchlist
        self._objects = objects
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def announce(self, request: MailRequested) -> None:
        """Tell everybody once; raises Retryable while somebody is left, Unavailable without mail.

        Where no mail is sent at all, or nobody is to be told, that is said in the log.
        """
        to = await self._addresses(request)
        if not to or not self._settings.smtp_host:
            why = "nobody is to be told" if self._settings.smtp_host else "SMTP_HOST is not set"
            log.warning("not_mailed", name=request.name, audience=request.audience, why=why)
            return
        what = Announcement(request, await self._page(request))
        ends = await asyncio.gather(
            *(self._tell(what, address) for address in to), return_exceptions=True
        )
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        _judge(request, [end for end in ends if isinstance(end, Posted)])

    async def _addresses(self, request: MailRequested) -> list[str]:
        if request.audience == "operators":
            found: Sequence[str] = self._settings.operators
        else:
            watches = (await self._watchlist.by_id()).values()
            channels = [watch.channel for watch in watches if watch.active]
            found = [channel.address for channel in channels if isinstance(channel, Mail)]
        return sorted({address.lower(): address for address in found}.values())

    async def _page(self, request: MailRequested) -> str:
        if request.html is None:
            return ""
        try:
            return (await self._objects.get(request.html)).decode(errors="replace")
        except ObjectMissing as error:
            log.warning("mailed_without_page", name=request.name, error=str(error))
            return ""

    async def _tell(self, what: Announcement, address: str) -> Posted:
        chosen = self._settings
        try:
            content = letter(what, address, chosen.smtp_from, chosen.public_url).as_bytes()
        except ValueError as error:
            return Posted("failed", said=one_line(f"cannot be written as mail: {error}"))
        async with self._gate:
            return await self._posts.send(what.request.name, address, content)


def _judge(request: MailRequested, ends: Sequence[Posted]) -> None:
    """Say how it went; raise while there is more to do."""
    counts = {state: sum(end.state == state for end in ends) for state in ("sent", "unknown")}
    for end in ends:
        if end.state in ("failed", "unknown"):
            log.warning("not_mailed", name=request.name, why=end.said)
    left = [end for end in ends if end.wait_s]
    if not left:
        log.info("mailed", name=request.name, audience=request.audience, **counts)
        return
    wait_s = min(end.wait_s for end in left)
    said = f"{len(left)} of {len(ends)} are still to be told: {left[0].said or left[0].state}"
    if all(end.down == SERVER for end in left):
        raise Unavailable(SERVER, said, delay_s=wait_s)
    raise Retryable(said, delay_s=wait_s)
