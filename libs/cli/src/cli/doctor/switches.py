"""What somebody switched off or turned up, so that it is not forgotten."""

from cli.doctor.finding import Finding
from cli.storage.emergency import MARK
from common.controls.record import BUCKET, FLAG, LOG, Control, Kept, holds, kept
from common.ids import now as now_text
from common.runtime import Runtime

LOUD = "debug"


async def look(runtime: Runtime) -> list[Finding]:
    """Flags that are off, and logs at debug."""
    items = await runtime.kv(BUCKET).items()
    controls = [one for one in (kept(name, entry.value) for name, entry in items) if one]
    found = [judged(one) for one in controls if holds(one.control, now_text())]
    return [one for one in found if one] or [
        Finding(check="switches", about="all", says="none is off")
    ]


def judged(one: Kept) -> Finding | None:
    """A switch that is off, or a log that is loud; pure."""
    place, control = one
    if place == MARK:
        return _emergency(control)
    said = f" since {control.at[:16]}Z" if control.at else ""
    said += f" until {control.until[:16]}Z" if control.until else ""
    said += f" ({control.why})" if control.why else ""
    about = f"{place.service} {place.name}"
    if place.kind == FLAG and control.value == "off":
        mend = f"paperbus flags clear {place.name}"
        return Finding(check="switches", about=about, level="note", says=f"off{said}", mend=mend)
    if place.kind == LOG and control.value == LOUD:
        return Finding(check="switches", about=about, level="note", says=f"logs at debug{said}")
    return None


def _emergency(control: Control) -> Finding | None:
    if control.value != "on":
        return None
    says = f"is on since {control.at[:16]}Z: no new papers are taken in ({control.why})"
    mend = (
        "paperbus storage cleanup --dry-run; it ends by itself when there is room,"
        " or with paperbus storage emergency off"
    )
    return Finding(
        check="switches", about="emergency mode", level="unhealthy", says=says, mend=mend
    )
