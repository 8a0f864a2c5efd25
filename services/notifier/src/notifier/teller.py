"""One delivery from claim to end, safe against crashes, repeats and other replicas."""

from collections.abc import Callable
from datetime import datetime, timedelta

from common.ids import stamp
from common.watches import Mail, Match, Watch, Webhook, period_end
from notifier.attempt import Attempts
from notifier.claims import claimed, fresh, gathered, postponed, put_off
from notifier.policy import ended, is_abandoned, is_due
from notifier.records import Held, Name, Records
from notifier.telling import Known

SWITCHES = {Mail: "mail", Webhook: "webhooks"}
PUT_OFF = timedelta(seconds=30)
ENDED_WATCH = "the watch was ended before this could be told"
MAYBE_SENT = "stopped while it was handed over; it may have arrived, so it is not sent again"


class Teller:
    """Tells the people behind watches; ``now`` gives the present moment in UTC."""

    def __init__(
        self,
        records: Records,
        attempts: Attempts,
        now: Callable[[], datetime],
        is_on: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._records = records
        self._attempts = attempts
        self._now = now
        self._is_on = is_on

    async def tell(self, watch: Watch, event: Known, found: Match) -> str:
        """Tell it now, or later: in a digest, or as its receiver is down; ``seen``: was told."""
        if await self._records.is_disabled(watch):
            return "disabled"
        delivery = fresh(watch, event, found, self._now())
        if watch.gathers:
            delivery = gathered(delivery, watch, period_end(watch, self._now()))
        elif blocked := self.blocked_until(watch):
            delivery = postponed(delivery, blocked)
        held = await self._records.begin(delivery)
        if held is None:
            return await self._told_before(Name(watch.id, event.paper, watch.on))
        later = delivery.state in ("gathered", "waiting")
        return delivery.state if later else await self._attempts.make(held, watch)

    async def resume(self, name: Name, watch: Watch | None) -> str:
        """Go on with a delivery that has not ended, if it is time; its state after that.

        What is to be told in a digest stays ``gathered``.
        """
        held = await self._records.get(name)
        if held is None:
            await self._records.close(name)
            return "missing"
        if held.delivery.ended:
            await self._attempts.finish(held.delivery)
            return held.delivery.state
        if not self._is_free(held):
            return held.delivery.state
        return await self._go_on(held, watch)

    def blocked_until(self, watch: Watch) -> datetime | None:
        """Until when nothing is tried: the operator switched it off, or its receiver failed."""
        if not self._is_on(SWITCHES[type(watch.channel)]):
            return self._now() + PUT_OFF
        return self._attempts.blocked_until(watch)

    async def _told_before(self, name: Name) -> str:
        there = await self._records.get(name)
        if there is None or there.delivery.ended:
            return "seen"
        return "gathered" if there.delivery.state == "gathered" else "waiting"

    def _is_free(self, held: Held) -> bool:
        now = self._now()
        return is_due(held.delivery, now) or is_abandoned(held.delivery, now)

    async def _go_on(self, held: Held, watch: Watch | None) -> str:
        delivery, now = held.delivery, self._now()
        if delivery.channel == "mail" and delivery.state == "sending":
            unknown = ended(delivery, "unknown", at=stamp(now), said=MAYBE_SENT)
            return await self._attempts.end(held, unknown)
        if watch is None or not watch.active or await self._records.is_disabled(watch):
            failed = ended(delivery, "failed", at=stamp(now), said=ENDED_WATCH)
            return await self._attempts.end(held, failed)
        if delivery.state == "gathered" and isinstance(watch.channel, Mail):
            return "gathered"
        if blocked := self.blocked_until(watch):
            # the record says when it goes on, or it would look forgotten
            later = postponed if delivery.state == "gathered" else put_off
            kept = await self._records.change(held, later(delivery, blocked))
            return "lost" if kept is None else kept.delivery.state
        mine = await self._records.change(held, claimed(delivery, watch, now))
        return "lost" if mine is None else await self._attempts.make(mine, watch)
