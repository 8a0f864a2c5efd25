"""Every part of the system has its place, and every module its test."""

import ast
from pathlib import Path

import pytest

from source_tree import FILES, LIBS, ROOT, SERVICES, functions, name_of, package_of

WITH_LOGIC_LINES = 25

TESTED_ELSEWHERE: dict[str, str] = {
    "cli/operate/noting.py": "connected/test_schedules.py",
    "common/aftercare.py": "connected/test_redrive.py",
    "common/beside.py": "connected/test_controls.py",
    "common/boundary.py": "connected/test_boundary.py",
    "common/broker.py": "connected/test_away.py",
    "common/archive.py": "connected/test_objects.py",
    "common/objectlist.py": "connected/test_objectlist.py",
    "cli/storage/archiving.py": "connected/test_storage.py",
    "common/burial.py": "connected/test_boundary.py",
    "common/bus.py": "connected/test_bus.py",
    "common/commands.py": "cli/test_main.py",
    "common/connection.py": "connected/test_bus.py",
    "common/consuming.py": "connected/test_boundary.py",
    "common/delivery.py": "connected/test_boundary.py",
    "common/controls/store.py": "connected/test_controls.py",
    "common/controls/watch.py": "connected/test_controls.py",
    "common/kv.py": "connected/test_kv.py",
    "common/letters/box.py": "connected/test_letters.py",
    "common/objects.py": "connected/test_objects.py",
    "common/patience.py": "common/test_circuits.py",
    "common/pausing.py": "connected/test_pausing.py",
    "common/provision.py": "connected/test_provision.py",
    "common/pulling.py": "connected/test_pulling.py",
    "common/readiness.py": "connected/test_service.py",
    "common/reaper.py": "connected/test_reaper.py",
    "common/runtime.py": "connected/test_bus.py",
    "common/snapshots.py": "connected/test_backup.py",
    "common/floors.py": "connected/test_backup.py",
    "common/stateversion.py": "cli/test_migrate.py",
    "common/scan.py": "connected/test_scan.py",
    "common/service.py": "connected/test_service.py",
    "common/started.py": "connected/test_controls.py",
    "common/stream.py": "connected/test_ledger.py",
    "common/taking.py": "connected/test_stopping.py",
    "common/telemetry.py": "standalone/receiver/test_app.py",
    "common/variables.py": "common/test_settings.py",
    "common/verify.py": "connected/test_service.py",
    "cli/config/gathering.py": "cli/config/test_command.py",
    "cli/config/template.py": "cli/config/test_command.py",
    "cli/controls/asking.py": "connected/test_controls.py",
    "cli/controls/loglevels.py": "connected/test_controls.py",
    "cli/errors/command.py": "connected/test_controls.py",
    "gateway/switched.py": "connected/test_controls.py",
    "common/recommending/recommender.py": "connected/vectors/test_recommending.py",
    "common/vectors/census.py": "connected/test_audit.py",
    "common/vectors/collections.py": "connected/vectors/test_collections.py",
    "common/vectors/persons.py": "connected/vectors/test_narrowing.py",
    "common/vectors/reader.py": "connected/vectors/test_queries.py",
    "common/vectors/sifting.py": "connected/vectors/test_narrowing.py",
    "common/vectors/writer.py": "connected/vectors/test_points.py",
    "fetcher/ahead.py": "connected/test_ahead.py",
    "gateway/deadforms.py": "gateway/api/test_dead.py",
    "gateway/hasty.py": "connected/test_back_pressure.py",
    "gateway/room.py": "connected/test_back_pressure.py",
    "standalone/servers.py": "connected/test_s3_contract.py",
    "standalone/services.py": "e2e",
    "standalone/stack.py": "e2e",
    "gateway/foryou.py": "gateway/api/test_recommendations.py",
    "gateway/nearby.py": "gateway/api/test_similar.py",
    "gateway/shelf/browsing.py": "gateway/api/test_library.py",
    "gateway/shelf/export.py": "gateway/api/test_cite.py",
    "gateway/shelf/keeping.py": "gateway/api/test_cite.py",
    "gateway/shelf/forms.py": "gateway/api/test_library.py",
    "gateway/jobs/asking.py": "gateway/jobs/test_desk.py",
    "gateway/jobs/board.py": "gateway/api/test_jobs.py",
    "gateway/jobs/kinds.py": "gateway/api/test_jobs.py",
    "gateway/jobs/papers.py": "gateway/jobs/test_export.py",
    "gateway/jobs/summaries.py": "gateway/jobs/test_bulk.py",
    "gateway/jobs/taking.py": "connected/test_jobs.py",
    "gateway/jobs/views.py": "gateway/api/test_jobs.py",
    "gateway/pdf.py": "gateway/api/test_pdf.py",
    "gateway/pages/jobs.py": "pages/test_page_jobs.py",
    "cli/gatewaycall.py": "cli/test_jobs.py",
    "cli/demo.py": "e2e",
    "cli/demowatches.py": "e2e",
    "cli/live.py": "e2e",
    "cli/outcome.py": "e2e",
    "cli/reindex/desk.py": "connected/test_reindex.py",
    "cli/reindex/fill.py": "connected/test_reindex.py",
    "cli/reindex/moves.py": "connected/test_reindex.py",
    "cli/reindex/run.py": "connected/test_reindex.py",
    "cli/reindex/view.py": "connected/test_reindex.py",
    "cli/reindex/work.py": "connected/test_reindex.py",
    "notifier/announcement.py": "notifier/test_announcing.py",
    "notifier/posts.py": "notifier/test_announcing.py",
    "gateway/serving.py": "connected/test_reindex.py",
    "indexer/opening.py": "connected/test_reindex.py",
    "cli/maintenance/command.py": "connected/test_reports.py",
    "cli/maintenance/planning.py": "connected/test_reports.py",
    "cli/report/command.py": "connected/test_reports.py",
    "cli/report/gathering.py": "connected/test_reports.py",
    "cli/report/document.py": "cli/report/test_pages.py",
    "cli/report/kept.py": "cli/report/test_pages.py",
    "cli/report/papers.py": "cli/report/test_pages.py",
    "cli/report/records.py": "cli/report/test_pages.py",
    "cli/report/rendering.py": "cli/report/test_pages.py",
    "cli/report/upkeep.py": "cli/report/test_pages.py",
    "cli/report/words.py": "cli/report/test_pages.py",
    "cli/replay.py": "e2e",
    "cli/sinks.py": "e2e",
    "cli/status.py": "e2e",
    "cli/system.py": "e2e",
    "cli/topologies.py": "cli/test_main.py",
    "cli/tracing.py": "e2e",
    "cli/up.py": "e2e",
    "cli/bundle/command.py": "e2e/test_runbook.py",
    "cli/bundle/parts.py": "cli/bundle/test_asking.py",
    "cli/storage/analysis.py": "cli/storage/test_outlook.py",
    "cli/storage/cleaning.py": "connected/test_storage.py",
    "cli/storage/command.py": "connected/test_storage.py",
    "cli/storage/optimizing.py": "connected/test_storage.py",
    "cli/storage/sample.py": "cli/storage/test_outlook.py",
    "cli/storage/superseded.py": "cli/storage/test_survey.py",
    "cli/storage/sweeping.py": "connected/test_storage.py",
    "cli/storage/text.py": "cli/storage/test_outlook.py",
    "common/pacing.py": "connected/test_rebuild.py",
    "indexer/wiring.py": "e2e",
    "summarizer/wiring.py": "e2e",
    "common/survey.py": "connected/test_rebuild.py",
    "common/vectors/inventory.py": "connected/test_rebuild.py",
    "indexer/reconcile/reconciler.py": "connected/test_rebuild.py",
    "indexer/reconcile/world.py": "connected/test_rebuild.py",
    "indexer/reconcile/papers.py": "indexer/reconcile/test_compare.py",
    "cli/rebuild/driver.py": "connected/test_rebuild.py",
    "cli/rebuild/index.py": "connected/test_rebuild.py",
    "cli/rebuild/summaries.py": "connected/test_rebuild.py",
    "cli/rebuild/targets.py": "connected/test_rebuild.py",
}
"""Modules whose behaviour needs servers or the whole system, and where it is tested."""


def code_lines(file: Path) -> int:
    """Lines of statements inside functions, which is where logic is."""
    lines: set[int] = set()
    for function in functions(file):
        for node in ast.walk(function):
            if isinstance(node, ast.stmt) and node is not function:
                lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def test_files_are_found() -> None:
    assert {package_of(file) for file in FILES} == {*LIBS, *SERVICES}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_its_parts(service: str) -> None:
    folder = ROOT / "services" / service
    source = folder / "src" / service
    worker = () if service == "gateway" else ("handlers.py",)
    needed = [source / part for part in ("__main__.py", "settings.py", *worker)]
    needed += [folder / "README.md", folder / "pyproject.toml"]
    missing = [str(path.relative_to(ROOT)) for path in needed if not path.exists()]
    assert not missing


def test_every_module_with_logic_has_its_test() -> None:
    """``libs/common/src/common/x.py`` is tested in ``tests/common/test_x.py``."""
    missing = []
    for file in FILES:
        if file.stem in ("__init__", "__main__", "settings"):
            continue
        name = Path(name_of(file))
        mirrored = ROOT / "tests" / name.with_name(f"test_{name.name}")
        # a small package may have one test for all of it
        of_package = ROOT / "tests" / name.parent.with_name(f"test_{name.parent.name}.py")
        if code_lines(file) <= WITH_LOGIC_LINES or str(name) in TESTED_ELSEWHERE:
            continue
        if name.as_posix().startswith("standalone/vectors/"):
            continue  # the same contract runs against it and against Qdrant
        if not mirrored.exists() and not of_package.exists():
            missing.append(f"{name} ({code_lines(file)} lines of logic)")
    assert not missing, "\n".join(missing)


def test_what_is_tested_elsewhere_is_there() -> None:
    known = {name_of(file) for file in FILES}
    for module, place in TESTED_ELSEWHERE.items():
        assert module in known, module
        assert (ROOT / "tests" / place).exists(), place
