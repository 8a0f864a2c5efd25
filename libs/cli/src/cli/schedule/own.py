"""The schedules of the operator's worker: what it is asked, by whom, and when."""

from typing import Literal, NamedTuple, Protocol

from common.chores import BackupRequested, DoctorRequested, ReportRequested, StorageRequested
from common.message import Message
from common.schedules import clock
from common.schedules.settings import OFF, ScheduleSettings

AskedBy = Literal["bus", "platform", "nobody"]


class Chore(NamedTuple):
    """One of them as the settings have it."""

    name: str
    cron: str
    message: Message
    asked_by: AskedBy


class Bus(Protocol):
    """Keeps schedules."""

    async def schedule(self, name: str, cron: str, message: Message, *, time_zone: str) -> None:
        """Have the server publish the message by the pattern."""

    async def unschedule(self, name: str, /) -> None:
        """Stop that."""


def chores(settings: ScheduleSettings) -> tuple[Chore, ...]:
    """All of them; raises UsageError for a pattern that is none."""
    daily, weekly, monthly = (
        ReportRequested(period="daily"),
        ReportRequested(period="weekly"),
        ReportRequested(period="monthly"),
    )
    return (
        _chore(settings, "doctor", DoctorRequested(mail=True)),
        _chore(settings, "backup", BackupRequested()),
        _chore(settings, "report-daily", daily),
        _chore(settings, "report-weekly", weekly),
        _chore(settings, "report-monthly", monthly),
        _chore(settings, "storage", StorageRequested(), leave="bus"),
    )


def _chore(
    settings: ScheduleSettings, name: str, message: Message, *, leave: AskedBy = "platform"
) -> Chore:
    field = f"{name.replace('-', '_')}_schedule"
    cron: str = getattr(settings, field)
    if cron == OFF:
        return Chore(name, cron, message, "nobody")
    clock.check(field.upper(), cron, settings.schedules_time_zone)
    return Chore(name, cron, message, "bus" if settings.schedules_by == "bus" else leave)


async def publish(bus: Bus, settings: ScheduleSettings) -> None:
    """Make the bus ask what it shall ask, and nothing else; again changes nothing."""
    for chore in chores(settings):
        if chore.asked_by == "bus":
            await bus.schedule(
                chore.name, chore.cron, chore.message, time_zone=settings.schedules_time_zone
            )
        else:
            await bus.unschedule(chore.name)
