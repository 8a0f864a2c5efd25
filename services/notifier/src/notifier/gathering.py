"""Digests: what was gathered for a period is sent in one mail, and each paper's end written down.

The mail is a post named for its watch and period, so no crash and no other replica repeats it. Its
record holds what was in it; a paper that was gathered too late for it goes into the next one.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from common.ids import parse_time, stamp
from common.watches import Watch, period_end
from common.watches.delivery import FINAL
from notifier.attempt import Attempts
from notifier.claims import event_of, gathered
from notifier.digest import Digest, best_first
from notifier.digestletter import letter
from notifier.mail import NO_MAIL
from notifier.policy import ended, is_due
from notifier.posts import Posted, Posts
from notifier.records import Held, Name, Records
from notifier.settings import NotifierSettings
from notifier.telling import Telling, one_line


class Gathering:
    """Ends the periods of watches that gather; ``now`` gives the present moment in UTC."""

    def __init__(
        self,
        records: Records,
        attempts: Attempts,
        posts: Posts,
        *,
        own: NotifierSettings,
        now: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._attempts = attempts
        self._posts = posts
        self._own = own
        self._now = now
        self._asleep: dict[Name, datetime] = {}

    def is_asleep(self, name: Name) -> bool:
        """Whether its period is known to last; so a week of papers is not read every time."""
        until = self._asleep.get(name)
        if until is not None and until <= self._now():
            del self._asleep[name]
            return False
        return until is not None

    async def go_on(self, watch: Watch, names: Sequence[Name], blocked: datetime | None) -> None:
        """Send what is due, one mail for each period; nothing while mail is ``blocked``.

        Where one paper of a period is due all of them are, so that a letter is never torn apart.
        """
        now = self._now()
        by_period: defaultdict[str, list[Held]] = defaultdict(list)
        for name in names:
            held = await self._records.get(name)
            if held is None or held.delivery.state != "gathered":
                continue
            end = parse_time(held.delivery.period)
            if end > now:
                self._asleep[name] = end
            else:
                by_period[held.delivery.period].append(held)
        for period, members in sorted(by_period.items()):
            if not any(is_due(held.delivery, now) for held in members):
                continue
            if blocked:
                await self._put_off(members, blocked)
            else:
                await self._end(watch, await self.post(watch, parse_time(period), members), members)

    async def post(self, watch: Watch, end: datetime, members: Sequence[Held] = ()) -> Posted:
        """One try to send the digest of the period that ended then; raises Unavailable."""
        deliveries = [held.delivery for held in members]
        holds = tuple(one.id for one in deliveries)
        if not self._own.smtp_host:
            return Posted("failed", said=NO_MAIL, holds=holds)
        url = self._own.public_url
        tellings = [
            Telling(one.id, watch, event_of(one), one.score, one.hits, url) for one in deliveries
        ]
        digest = Digest(watch, end, best_first(tellings, end), url)
        try:
            content = letter(digest, self._own.smtp_from).as_bytes()
        except ValueError as error:
            said = one_line(f"cannot be written as mail: {error}")
            return Posted("failed", said=said, holds=holds)
        return await self._posts.send(digest.name, watch.channel.place, content, holds=holds)

    async def _end(self, watch: Watch, posted: Posted, members: Sequence[Held]) -> None:
        """Write down for each paper what became of the mail."""
        now = self._now()
        if posted.state == "waiting":
            await self._put_off(members, now + timedelta(seconds=posted.wait_s))
        if posted.state not in FINAL:
            return
        for held in members:
            if held.delivery.id not in posted.holds:
                late = gathered(held.delivery, watch, period_end(watch, now))
                await self._records.change(held, late)
                continue
            said = {"at": stamp(now), "code": posted.code, "said": posted.said}
            told = ended(held.delivery, posted.state, **said)
            if await self._records.change(held, told) is not None:
                await self._attempts.finish(told)

    async def _put_off(self, members: Sequence[Held], until: datetime) -> None:
        for held in members:
            later = msgspec.structs.replace(held.delivery, next_at=stamp(until))
            await self._records.change(held, later)
