"""``paperbus``: the operator's command."""

import sys
from pathlib import Path

import click
import structlog

from cli import (
    buskeys,
    contacts,
    dead,
    demo,
    jobs,
    reconcile,
    status,
    topologies,
    tracing,
    up,
)
from cli.audit import command as audit
from cli.backup import command as backup
from cli.bundle import command as bundle
from cli.config import command as config
from cli.controls import flags, loglevels
from cli.doctor import command as doctor
from cli.errors import command as errors
from cli.maintenance import command as maintenance
from cli.migrate import command as migrate
from cli.operate import command as operate
from cli.rebuild import command as rebuild
from cli.reindex import command as reindex
from cli.report import command as report
from cli.schedule import command as schedule
from cli.storage import command as storage


@click.group()
@click.version_option(package_name="paperbus-cli")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Folder of a system started here, whose addresses are used. [default: data, data/demo]",
)
def main(data: Path | None) -> None:
    """Run paperbus and look after it."""
    del data  # read from the context by the commands
    # stdout is for answers: one JSON value with --json
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


main.add_command(up.up)
main.add_command(demo.demo)
main.add_command(topologies.group)
topologies.group.add_command(buskeys.keys)
topologies.group.add_command(buskeys.rights)
main.add_command(operate.command)
main.add_command(schedule.group)
main.add_command(doctor.command)
main.add_command(backup.group)
main.add_command(migrate.group)
main.add_command(storage.group)
main.add_command(report.group)
main.add_command(maintenance.group)
main.add_command(status.status)
main.add_command(tracing.trace)
main.add_command(audit.command)
main.add_command(reindex.group)
main.add_command(rebuild.command)
main.add_command(reconcile.command)
main.add_command(dead.group)
main.add_command(errors.command)
main.add_command(bundle.command)
main.add_command(contacts.command)
main.add_command(loglevels.group)
main.add_command(flags.group)
main.add_command(jobs.group)
main.add_command(config.group)

if __name__ == "__main__":
    main()
