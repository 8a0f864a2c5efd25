"""The PDF of a paper's version: from a folder of real ones, else a stand-in, kept in memory."""

from collections import OrderedDict
from pathlib import Path

import msgspec

from standalone.upstream.paper import Version
from standalone.upstream.standin import typeset

KEPT = 256


def folder_beside(day: Path) -> Path | None:
    """Return the PDF folder beside a day file: `pdf` or the file's stem; None without one."""
    stem = day.name.partition(".")[0]
    return next((one for one in (day.parent / "pdf", day.parent / stem) if one.is_dir()), None)


class Pdfs:
    """Finds or makes PDFs; `folder` holds `<id>vN.pdf` or `<id>.pdf`, `/` written as `_`."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    def get(self, version: Version) -> bytes:
        """Return the bytes of a version's PDF."""
        stored = self._stored(version.record.id, version.number)
        return self._stand_in(version) if stored is None else stored

    def _stored(self, paper: str, number: int) -> bytes | None:
        if self._folder is None:
            return None
        stem = paper.replace("/", "_")
        for name in (f"{stem}v{number}.pdf", f"{stem}.pdf"):
            path = self._folder / name
            if path.is_file():
                return path.read_bytes()
        return None

    def _stand_in(self, version: Version) -> bytes:
        key = msgspec.json.encode(version.record)
        made = self._kept.pop(key, None) or typeset(version.record)
        self._kept[key] = made
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return made
