import time

import pytest

from gateway import mathml


@pytest.mark.parametrize("source", ["x", "\\alpha_1", "\\frac{a}{b}", "\\sqrt[3]{x}", "O(\\log n)"])
def test_common_formulas_are_shown(source: str) -> None:
    assert mathml.render(source).startswith("<math><semantics><mrow>")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\\def\\a{\\a\\a}\\a",
        "\\newcommand{\\x}{y}\\x",
        "\\input{/etc/passwd}",
        "\\unknown",
        "{" * 900,
        "x" * 2000,
        "\\left(",
        "^^^",
        "\\begin{matrix}",
    ],
)
def test_what_is_refused_is_empty_and_never_raises(source: str) -> None:
    assert mathml.render(source) == "" or mathml.render(source).startswith("<math")


def test_macros_cannot_explode() -> None:
    started = time.perf_counter()
    assert mathml.render("\\def\\a{xx}\\def\\b{\\a\\a}\\b") == ""
    assert time.perf_counter() - started < 10


def test_attributes_come_from_the_list_only() -> None:
    html = mathml.render('\\color{red" onclick="x}{y}')
    assert "<mstyle><mrow><mi>y" in html
