"""What Kubernetes asks by the clock, in place of the bus."""

import msgspec

from cli.schedule.own import chores
from common.schedules.settings import ScheduleSettings
from common.settings import load
from indexer.settings import IndexerSettings

COMMANDS = {
    "doctor": ("doctor", "--keep"),
    "backup": ("backup", "create"),
    "report-daily": ("report", "daily", "--mail"),
    "report-weekly": ("report", "weekly", "--mail"),
    "report-monthly": ("report", "monthly", "--mail"),
}
"""What does the chore of that name when the platform asks for it."""
SIX_HOURS_S = 6 * 3600


class Cron(msgspec.Struct, frozen=True, kw_only=True):
    """One CronJob."""

    name: str
    cron: str
    command: tuple[str, ...]
    deadline_s: int = SIX_HOURS_S


def crons() -> list[Cron]:
    """The chores of the platform, at the times the settings name."""
    asked = [c for c in chores(ScheduleSettings(schedules_by="platform")) if c.name in COMMANDS]
    made = [
        Cron(name=c.name, cron=_five(c.cron), command=("paperbus", *COMMANDS[c.name]))
        for c in asked
    ]
    nightly = load(IndexerSettings, {}).reconcile_schedule
    return [
        *made,
        Cron(name="reconcile", cron=_five(nightly), command=("paperbus", "reconcile")),
        Cron(name="backup-prune", cron="0 2 * * *", command=("paperbus", "backup", "prune")),
        Cron(name="backup-verify", cron="0 4 * * SUN", command=("paperbus", "backup", "verify")),
    ]


def _five(six: str) -> str:
    """A pattern without its seconds, as Kubernetes writes it."""
    return six.split(" ", 1)[1]
