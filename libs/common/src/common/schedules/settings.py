"""When the system looks after itself: the defaults, and the settings that change them."""

from typing import Literal

import msgspec

OFF = "off"
"""In place of a pattern: this does not run by itself."""


class ScheduleSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator's worker is asked by the clock; six-field cron, or off."""

    schedules_by: Literal["bus", "platform"] = "bus"
    """Who asks for doctor, backup, reports and reconcile: the bus, or jobs of the platform."""
    schedules_time_zone: str = "UTC"
    """Time zone of the patterns below."""
    doctor_schedule: str = "0 0 6 * * *"
    """When the system is examined, and the operators are mailed; off for never."""
    backup_schedule: str = "0 0 20 * * *"
    """When a backup is made; off for never."""
    storage_schedule: str = "0 0 1 * * SUN"
    """When what is stored is noted; off for never."""
    report_daily_schedule: str = "0 0 7 * * *"
    """When the report on the day before is made; off for never."""
    report_weekly_schedule: str = "0 10 7 * * MON"
    """When the report on the week before is made; off for never."""
    report_monthly_schedule: str = "0 20 7 1 * *"
    """When the report on the month before is made; off for never."""


class PlatformSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The one of these that a service with a schedule of its own needs."""

    schedules_by: Literal["bus", "platform"] = "bus"
    """Who asks for doctor, backup, reports and reconcile: the bus, or jobs of the platform."""
