"""``python -m standalone.llm --port P``: the scripted model on loopback."""

from pathlib import Path

import click
import uvicorn

from common.commands import fail_clearly
from standalone.llm.app import ScriptedLlm
from standalone.llm.script import load_script


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), required=True)
@click.option("--script", "path", type=click.Path(path_type=Path), help="JSON file with steps.")
@fail_clearly
def main(host: str, port: int, path: Path | None) -> None:
    """Serve /v1 as OpenAI does, and /control with the call log and the script."""
    app = ScriptedLlm(load_script(path) if path else None)
    uvicorn.run(app, host=host, port=port, log_level="warning", lifespan="off", ws="none")


if __name__ == "__main__":
    main()
