"""The whole of ``storage analyze``, and the sample that the schedule keeps."""

import msgspec

from cli.settings import Settings
from cli.storage import emergency, sample
from cli.storage.holding import Disk, Holding, total
from cli.storage.outlook import Growth, growths, recommendations
from cli.storage.survey import Surveyed, survey
from common.controls.record import BUCKET as CONTROLS
from common.controls.store import Store
from common.ids import now, parse_time
from common.runtime import Runtime


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored, how it grows, and what to do; times are RFC 3339 UTC."""

    at: str
    papers: int
    """Papers that can be found by search."""
    total_bytes: int
    """Of bus, objects and index; what the disk says is more, for it counts whole blocks."""
    bytes_per_paper: int
    holdings: tuple[Holding, ...]
    disks: dict[str, Disk]
    compared_with: str
    """The sample that growth is told from; empty when there is none."""
    growth: tuple[Growth, ...]
    emergency: emergency.State
    recommendations: tuple[str, ...]


async def analyze(runtime: Runtime, settings: Settings, *, keep: bool = False) -> Analysis:
    """Look at everything. Raises Unavailable, Terminal, UsageError."""
    kv = runtime.kv(sample.BUCKET)
    samples = await sample.read_all(kv)
    at = now()
    found = await survey(runtime, settings)
    state = await emergency.state(Store(runtime.kv(CONTROLS)), at)
    if keep:
        await sample.keep(kv, sample.sample_of(found, at))
    then = sample.before(samples, parse_time(at))
    return analysis(found, then, state, at)


def analysis(
    found: Surveyed, then: sample.Sample | None, state: emergency.State, at: str
) -> Analysis:
    """What is told of a survey; pure."""
    told = growths(found, then, parse_time(at))
    size = total(found.holdings)
    return Analysis(
        at=at,
        papers=found.papers,
        total_bytes=size,
        bytes_per_paper=size // found.papers if found.papers else 0,
        holdings=tuple(found.holdings),
        disks=found.disks,
        compared_with=then.at if then else "",
        growth=tuple(told),
        emergency=state,
        recommendations=tuple(
            recommendations(found, told, is_emergency=state.on, has_sample=then is not None)
        ),
    )


async def keep_sample(runtime: Runtime, settings: Settings) -> None:
    """What the schedule asks for: note what is stored today. Raises Unavailable, Terminal."""
    found = await survey(runtime, settings)
    await sample.keep(runtime.kv(sample.BUCKET), sample.sample_of(found, now()))
