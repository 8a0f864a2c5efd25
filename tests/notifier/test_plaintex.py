"""TeX as readable text."""

import pytest

from notifier.plaintex import plain


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("No TeX at 5 < 6.", "No TeX at 5 < 6."),
        (r"An $O(n^{2}\log n)$ bound", "An O(n²log n) bound"),
        (r"$\alpha$-divergence on $\mathbb{R}^d$", "α-divergence on ℝ^d"),
        (r"$x_{ij}$ and $10^{-5}$", "xᵢⱼ and 10⁻⁵"),
        (r"CO$_2$ and H$_{2}$O", "CO₂ and H₂O"),
        (r"$x_{abc}^{kl}$", "x_(abc)^(kl)"),
        (r"Schr\"odinger, \'Evariste and \v{S}", "Schrödinger, Évariste and Š"),
        (r"\emph{much} 50\% better", "much 50% better"),
        (r"costs \$5", "costs $5"),
    ],
)
def test_shown_as(tex: str, text: str) -> None:
    assert plain(tex) == text


@pytest.mark.parametrize("tex", [r"$x^{2", r"\foo{", "}{", "$$", "\\", "{" * 2000, "$" * 99])
def test_broken_tex_never_raises(tex: str) -> None:
    assert isinstance(plain(tex), str)
