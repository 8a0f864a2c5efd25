"""``python -m render.panels``: pictures of the dashboards, from a Prometheus that runs."""

import json
import shutil
import time
from io import BytesIO
from pathlib import Path

import click
import httpx
from PIL import Image
from playwright.sync_api import sync_playwright

from common.commands import fail_clearly
from common.errors import UsageError
from render.dashboards import FOLDER
from render.fleet import ROOT
from render.panels.asking import POINTS, Prometheus, Span
from render.panels.page import WIDE, page

COLOURS = 256
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@click.command()
@click.option("--prometheus", default="http://127.0.0.1:9090", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder.")
@click.option("--minutes", default=60.0, show_default=True, help="How far back the pictures go.")
@click.option("--ago", default=0.0, show_default=True, help="Minutes before now that they end.")
@click.option("--rate-s", default=60, show_default=True, help="At least four scrapes.")
@click.option("--page", "pages", multiple=True, help="Only this one; may be given again.")
@fail_clearly
def main(
    prometheus: str, out: Path, minutes: float, ago: float, rate_s: int, pages: tuple[str, ...]
) -> None:
    """Draw the dashboards of deploy/grafana as pictures."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise UsageError("PATH", "there is no Chromium; install it (apt-get install chromium)")
    step = max(1.0, minutes * 60 / POINTS)
    end = (time.time() - ago * 60) // step * step
    client = httpx.Client(base_url=prometheus, timeout=30)
    asked = Prometheus(client, span=Span(end - minutes * 60, end, step), rate_s=rate_s)
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        shown = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for file in sorted((ROOT / FOLDER).glob("*.json")):
            if pages and file.stem not in pages:
                continue
            tab = shown.new_page(viewport={"width": WIDE, "height": 900})
            tab.set_content(page(json.loads(file.read_text()), asked))
            picture = out / f"{file.stem}.png"
            shot = Image.open(BytesIO(tab.screenshot(full_page=True))).convert("RGB")
            shot.quantize(COLOURS).save(picture, optimize=True)
            tab.close()
            click.echo(f"{picture} {picture.stat().st_size // 1024} KB")
        shown.close()


if __name__ == "__main__":
    main()
