"""What holds for every page: it fits a phone, and everyone can use it."""

from typing import Literal

import pytest
from playwright.sync_api import Page

PHONES = (320, 390)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SMALL = """() => [...document.querySelectorAll('button, .button, nav a, select, input, summary')]
  .filter(node => node.checkVisibility() && !node.matches('[type=checkbox], [type=radio]'))
  .filter(node => node.getBoundingClientRect().height < 43.5)
  .map(node => node.outerHTML.slice(0, 80))"""


def assert_fits_phones(page: Page) -> None:
    """Nothing to scroll sideways, and nothing too small for a finger."""
    for width in PHONES:
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(SMALL) == [], width


def assert_usable(page: Page) -> None:
    """Axe finds nothing, by day and by night."""
    axe = pytest.importorskip("axe_core_python.sync_playwright").Axe()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page)["violations"]
        assert [(one["id"], [n["html"][:120] for n in one["nodes"]]) for one in found] == [], scheme
