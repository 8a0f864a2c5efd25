"""Disks that can be filled or lose power: a tmpfs of a size, and an ext4 image."""

import subprocess
from pathlib import Path


def _run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


class SmallDisk:
    """A tmpfs; ``fill`` takes what is left of it."""

    def __init__(self, folder: Path, size: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._ballast = folder / "ballast"
        _run("mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder)

    def fill(self) -> None:
        with self._ballast.open("ab") as file:
            try:
                while True:
                    file.write(bytes(65536))
                    file.flush()
            except OSError:
                return

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        """Take it away; who still has a file open keeps it until then."""
        _run("umount", "-l", self.folder)


class ImageDisk:
    """ext4 in a file. ``copy`` is what the device had; what was only in memory is not in it."""

    def __init__(self, folder: Path, image: Path, size: str = "512M") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._image = image
        self._copies = 0
        _run("truncate", "-s", size, image)
        _run("mkfs.ext4", "-q", "-F", image)
        _run("mount", "-o", "loop", image, folder)

    def copy(self) -> Path:
        """The image as the device has it at this moment."""
        self._copies += 1
        kept = self._image.with_suffix(f".cut{self._copies}")
        _run("cp", "--sparse=always", self._image, kept)
        return kept

    def start_again_from(self, copy: Path) -> None:
        """Put the copy in place of the disk; whoever wrote to it must be dead."""
        self.close()
        _run("mount", "-o", "loop", copy, self.folder)

    def close(self) -> None:
        _run("umount", "-l", self.folder)
