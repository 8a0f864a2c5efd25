"""One try at one delivery, and what is written down of it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from common.events import NotificationSent
from common.ids import message_id, stamp
from common.watches import Delivery, Watch
from notifier.claims import event_of, handing_over
from notifier.cooldown import Cooldown
from notifier.metrics import NOTIFICATIONS, delivered
from notifier.policy import Policy, after
from notifier.ports import Notices
from notifier.records import Held, Name, Records
from notifier.telling import Channel, Outcome, Telling

log = structlog.get_logger("paperbus")


class Attempts:
    """Makes tries; ``now`` gives the present moment in UTC."""

    def __init__(
        self,
        records: Records,
        channels: Mapping[type, Channel],
        notices: Notices,
        *,
        policy: Policy,
        now: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._channels = channels
        self._notices = notices
        self._policy = policy
        self._now = now
        self._cooldown = Cooldown()

    def blocked_until(self, watch: Watch) -> datetime | None:
        """Until when the receiver of a watch is left alone because it failed just now."""
        return self._cooldown.blocked_until(self._places(watch), self._now())

    async def make(self, held: Held, watch: Watch) -> str:
        """Try once, by whoever has the claim; the state after it."""
        current = held

        async def handing() -> bool:
            nonlocal current
            if current.delivery.state == "sending":
                return True
            moved = await self._records.change(current, handing_over(current.delivery, self._now()))
            current = moved or current
            return moved is not None

        delivery = held.delivery
        telling = Telling(delivery.id, watch, event_of(delivery), delivery.score, delivery.hits)
        outcome = await self._channels[type(watch.channel)].send(telling, handing)
        if outcome.state == "lost":
            return "lost"
        return await self._write_down(current, outcome, watch)

    async def end(self, held: Held, next_state: Delivery) -> str:
        """Store the next state; the notice follows the record, and the marker goes last."""
        if await self._records.change(held, next_state) is None:
            return "lost"
        NOTIFICATIONS.labels(next_state.channel, next_state.state).inc()
        if next_state.ended:
            await self.finish(next_state)
        return next_state.state

    async def finish(self, delivery: Delivery) -> None:
        """What follows the end of a delivery; doing it again does no harm."""
        if delivery.state == "sent":
            await self._notices.notice(_notice(delivery))
        else:
            log.warning("not_told", watch=delivery.watch, paper=delivery.paper, why=delivery.said)
        await self._records.close(Name(delivery.watch, delivery.paper, delivery.moment))

    async def _write_down(self, held: Held, outcome: Outcome, watch: Watch) -> str:
        now = self._now()
        failures = 0
        if outcome.state == "sent":
            self._cooldown.worked(self._places(watch))
        elif outcome.state == "gone":
            await self._records.disable(watch, stamp(now))
        elif outcome.down:
            failures = self._cooldown.failures(outcome.down) + 1
            wait = outcome.retry_after_s
            wait = self._policy.delay_s(failures) if wait is None else wait
            self._cooldown.failed(outcome.down, now + timedelta(seconds=wait))
        next_state = after(held.delivery, outcome, now, policy=self._policy, failures=failures)
        state = await self.end(held, next_state)
        if state == "sent":
            delivered(event_of(held.delivery), now)
        return state

    def _places(self, watch: Watch) -> tuple[str, ...]:
        return self._channels[type(watch.channel)].places(watch)


def _notice(delivery: Delivery) -> NotificationSent:
    return NotificationSent(
        event_id=message_id(NotificationSent.subject, delivery.id),
        at=delivery.at,
        watch=delivery.watch,
        paper=delivery.paper,
        version=delivery.version,
        channel=delivery.channel,
        outcome=delivery.state,
    )
