"""Row 7: the node of the object store loses power; what is missing is fetched or made again."""

from pathlib import Path

import pytest

from chaos.conftest import Start
from chaos.kit import mending, outside, strike
from chaos.kit.able import needs
from chaos.kit.disks import ImageDisk
from chaos.kit.load import Load
from chaos.kit.system import System
from chaos.kit.verdict import assert_green
from servers import poll_until

pytestmark = [needs("loop"), pytest.mark.chaos, pytest.mark.timeout(600)]


def free_missing(system: System) -> list[str]:
    """Objects that may be made again without asking: what was paid for may not."""
    return [key for key in mending.objects_missing(system) if not key.startswith("summary/")]


def test_missing_objects_come_back(start: Start, tmp_path: Path) -> None:
    disk = ImageDisk(tmp_path / "data" / "objects", tmp_path / "objects.img", "3G")
    try:
        system = start(30)
        config = disk.folder / "s3.json"
        with Load(system, 8) as load:
            poll_until(lambda: len(load.accepted) > system.papers // 2, "no load", seconds=120)
            with strike.paused(system.pid("s3")):
                copy = disk.copy()
            written = config.read_text()
            system.down("s3")
            disk.start_again_from(copy)
            config.write_text(written)  # a configuration lies on another disk
            system.up("s3")
        system.settle()
        missing = mending.objects_missing(system)
        print(f"{len(missing)} objects missing after the cut")
        mending.reconcile(system)
        poll_until(lambda: not free_missing(system), "not mended", seconds=180)
        refused = [one for one in outside.calls(system.ports["llm"]) if one["fault"] == "refuse"]
        model = f"http://127.0.0.1:{system.ports['llm']}/control"
        outside.ask(model, "PUT", {"steps": []})  # it refuses no more
        paid = system.command("replay", "--projection", "summaries", "--pay")
        assert paid.returncode == 0, paid.stdout + system.logs()
        assert not mending.objects_missing(system)
        verdict = assert_green(system, load.accepted)
        assert verdict.audit["dead"] <= len(refused)
    finally:
        disk.close()
