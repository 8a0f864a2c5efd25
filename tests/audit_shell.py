"""The command on the world of the audit."""

import asyncio
from pathlib import Path

from click.testing import CliRunner

from audit_world import World
from cli.__main__ import main


class Shell:
    """Runs a loop of its own for each command, so in a thread."""

    def __init__(self, world: World, folder: Path, **more: str) -> None:
        store = world.settings.objects
        self.folder = folder
        self.env = {
            "S3_URL": store.s3_url,
            "S3_BUCKET": store.s3_bucket,
            "S3_ACCESS_KEY": store.s3_access_key.reveal(),
            "S3_SECRET_KEY": store.s3_secret_key.reveal(),
            "NATS_URL": world.settings.bus.nats_url,
            "QDRANT_URL": world.settings.vectors.qdrant_url,
            **more,
        }

    async def __call__(self, *words: str, code: int = 0) -> str:
        """What it says; on stderr where it is to fail."""
        argv = ["--data", str(self.folder), *words]
        result = await asyncio.to_thread(CliRunner(env=self.env).invoke, main, argv)
        assert result.exit_code == code, result.output
        return result.stderr if code else result.stdout
