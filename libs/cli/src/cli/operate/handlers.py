"""Which requests the operator's worker does: one short function each."""

from cli.backup.runs import as_asked as backup_as_asked
from cli.doctor.chore import kept_examination
from cli.operate.noting import noted
from cli.report.making import as_asked as report_as_asked
from cli.settings import Settings
from cli.storage.analysis import keep_sample
from common.chores import BackupRequested, DoctorRequested, ReportRequested, StorageRequested
from common.handlers import Handlers
from common.runtime import Runtime
from common.topology import OPERATOR


def table(runtime: Runtime, settings: Settings) -> Handlers:
    """The handlers of the operator's worker; each run leaves its record (``noting``)."""
    chores = Handlers(OPERATOR)

    @chores.on(DoctorRequested)
    async def on_doctor_requested(event: DoctorRequested) -> None:
        await kept_examination(runtime, settings, mail=event.mail)

    @chores.on(BackupRequested)
    async def on_backup_requested(event: BackupRequested) -> None:
        await backup_as_asked(runtime, settings, with_objects=event.objects)

    @chores.on(ReportRequested)
    async def on_report_requested(event: ReportRequested) -> None:
        await report_as_asked(runtime, settings, event)

    @chores.on(StorageRequested)
    async def on_storage_requested(_: StorageRequested) -> None:
        await keep_sample(runtime, settings)

    return noted(runtime, chores)
