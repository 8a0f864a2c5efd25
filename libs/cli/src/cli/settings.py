"""The settings of the operator's command."""

import msgspec

from cli.backup.settings import BackupSettings
from cli.census.settings import CensusSettings
from cli.doctor.settings import DoctorSettings
from cli.report.settings import ReportSettings
from cli.storage.settings import StorageSettings
from common.schedules.settings import ScheduleSettings
from common.secret import Secret
from common.settings import (
    BusSettings,
    EmbedSettings,
    ObjectsSettings,
    RuntimeSettings,
    VectorsSettings,
)


class CliSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What only the operator's command needs."""

    gateway_url: str = "http://127.0.0.1:8080"
    """Address of the gateway."""
    gateway_shared_key: Secret = Secret("")
    """The gateway's own key, where it has one."""
    gateway_health_urls: str = ""
    """Readiness addresses of services, ``name=url`` with commas between, for ``status``."""
    nats_replicas: int = 1
    """Copies of every stream that ``topology apply`` asks for; 3 on a cluster."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the operator's command is told from outside."""

    bus: BusSettings
    runtime: RuntimeSettings
    objects: ObjectsSettings
    vectors: VectorsSettings
    embed: EmbedSettings
    cli: CliSettings
    schedules: ScheduleSettings = ScheduleSettings()
    doctor: DoctorSettings = DoctorSettings()
    census: CensusSettings = CensusSettings()
    backup: BackupSettings = BackupSettings()
    storage: StorageSettings = StorageSettings()
    report: ReportSettings = ReportSettings()
