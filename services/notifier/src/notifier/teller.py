"""One delivery from claim to end, safe against crashes, repeats and other replicas."""

from collections.abc import Callable
from datetime import datetime, timedelta

from common.ids import stamp
from common.watches import Mail, Match, Watch, Webhook
from notifier.attempt import Attempts
from notifier.claims import claimed, fresh, postponed, put_off
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
        """Tell it now, or later when its receiver is down; ``seen`` when it was told before."""
        if await self._records.is_disabled(watch):
            return "disabled"
        delivery = fresh(watch, event, found, self._now())
        blocked = self._blocked_until(watch)
        held = await self._records.begin(postponed(delivery, blocked) if blocked else delivery)
        if held is None:
            there = await self._records.get(Name(watch.id, event.paper, watch.on))
            return "seen" if there is None or there.delivery.ended else "waiting"
        return "waiting" if blocked else await self._attempts.make(held, watch)

    async def resume(self, name: Name, watch: Watch | None) -> str:
        """Go on with a delivery that has not ended, if it is time; its state after that."""
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

    def _blocked_until(self, watch: Watch) -> datetime | None:
        """Until when nothing is tried: the operator switched it off, or its receiver failed."""
        if not self._is_on(SWITCHES[type(watch.channel)]):
            return self._now() + PUT_OFF
        return self._attempts.blocked_until(watch)

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
        if blocked := self._blocked_until(watch):
            # the record says when it goes on, or it would look forgotten
            kept = await self._records.change(held, put_off(delivery, blocked))
            return "lost" if kept is None else kept.delivery.state
        mine = await self._records.change(held, claimed(delivery, watch, now))
        return "lost" if mine is None else await self._attempts.make(mine, watch)
