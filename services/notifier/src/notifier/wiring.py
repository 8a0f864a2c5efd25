"""The notifier put together: cores with their adapters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from common import objects
from common.outbound import Outbound, parse_allow
from common.runtime import Runtime
from common.service import Wired
from common.watches import Mail, Webhook
from notifier import handlers
from notifier.announcing import Announcing
from notifier.attempt import Attempts
from notifier.gathering import Gathering
from notifier.mail import MailChannel
from notifier.notify import Notifier
from notifier.policy import Policy
from notifier.posts import Posts
from notifier.quiet import EVERY_S, Quiet
from notifier.records import Records
from notifier.settings import NotifierSettings, Settings
from notifier.sweep import Sweep, again_and_again
from notifier.teller import Teller
from notifier.watchlist import Watchlist
from notifier.webhook import WebhookChannel


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def outbound_of(own: NotifierSettings) -> Outbound:
    """The guarded client; raises UsageError for a wrong setting."""
    return Outbound(allow=parse_allow(own.outbound_allow), timeout_s=own.webhook_timeout_s)


def _policy(own: NotifierSettings) -> Policy:
    return Policy(
        base_s=own.notify_retry_base_s,
        cap_s=own.notify_retry_cap_s,
        max_age_s=own.notify_max_age_s,
    )


@asynccontextmanager
async def wire(runtime: Runtime, settings: Settings) -> AsyncIterator[Wired]:
    """What the runtime runs; raises UsageError for a wrong setting."""
    own = settings.notifier
    own.check()
    async with outbound_of(own) as outbound:
        records = Records(runtime.kv("deliveries"))
        mail, policy = MailChannel(own), _policy(own)
        attempts = Attempts(
            records,
            {Webhook: WebhookChannel(outbound, now, own.public_url), Mail: mail},
            runtime.bus,
            policy=policy,
            now=now,
        )
        teller = Teller(records, attempts, now, runtime.controls.is_on)
        watchlist = Watchlist(runtime.kv("watches"), now)
        posts = Posts(runtime.kv("deliveries"), mail, policy=policy, now=now)
        gathering = Gathering(records, attempts, posts, own=own, now=now)
        sweep = Sweep(records, teller, gathering, watchlist)
        quiet = Quiet(records, watchlist, gathering, blocked=teller.blocked_until, now=now)
        notifier = Notifier(watchlist, teller, runtime.ledger)
        store = objects.connect(settings.objects)
        announcing = Announcing(own, posts, watchlist, store)
        yield Wired(
            handlers=handlers.wire(notifier, announcing, workers=own.notify_workers),
            tasks=(
                again_and_again(sweep.once, runtime.stopping, every_s=own.notify_sweep_s),
                again_and_again(quiet.once, runtime.stopping, every_s=EVERY_S),
            ),
        )
