"""Requests that keep the system itself in order, most of them asked by schedules."""

from typing import ClassVar, Literal

from common.message import Message
from common.papermeta import ObjectRef


class DoctorRequested(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Ask the operator's worker to examine the system and keep what it finds."""

    subject: ClassVar[str] = "doctor.requested"

    mail: bool = False
    """Whether the operators are told by mail."""


class BackupRequested(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Ask the operator's worker for a backup, and that backups past their time are removed."""

    subject: ClassVar[str] = "backup.requested"

    objects: bool = False
    """Whether the objects themselves are copied, and not their list alone."""


class ReportRequested(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Ask the operator's worker for a report on the period that ended last."""

    subject: ClassVar[str] = "report.requested"

    period: Literal["daily", "weekly", "monthly"] = "daily"
    feed: str = ""
    """Only about this feed; empty means the whole and each feed."""


class StorageRequested(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Ask the operator's worker to note what is stored, so that growth can be told."""

    subject: ClassVar[str] = "storage.requested"


class MailRequested(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Ask the notifier to mail something that is not about one paper, to each address once."""

    subject: ClassVar[str] = "mail.requested"

    name: str
    """Names the mail; the same name is never sent twice to one address."""
    audience: Literal["operators", "watchers"] = "operators"
    """Those who run the system, or everybody who has a watch that mails."""
    title: str
    text: str
    """The plain body."""
    html: ObjectRef | None = None
    """The same for mail programs that show pages."""
