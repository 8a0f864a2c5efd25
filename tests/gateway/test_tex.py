import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import tex

XSS = [
    "<script>alert(1)</script>",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "\\href{javascript:alert(1)}{x}",
    "$\\style{background:url(//evil.example)}{x}$",
    "\\textbf{<svg onload=alert(1)>}",
    '{\\bf " onclick=alert(1)}',
    'https://example.org/"onmouseover=alert(1)//',
    "$x</math><script>alert(1)</script>$",
    "$\\unicode{<script>}$",
    "$$\\begin{array}{c}<iframe src=x></iframe>\\end{array}$$",
]


@pytest.mark.parametrize("text", XSS)
def test_nothing_hostile_survives(text: str) -> None:
    html = f"{tex.inline(text)}{tex.paragraphs(text)}".lower()
    for tag in ("<script", "<img", "<svg", "<iframe", 'href="javascript', "<a style", "</math><s"):
        assert tag not in html
    assert " onerror=" not in _tags(html)
    assert " onclick=" not in _tags(html)
    assert " onmouseover=" not in _tags(html)


def _tags(html: str) -> str:
    return " ".join(part.partition(">")[0] for part in html.split("<")[1:])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('Erd\\H{o}s and G\\"odel', "Erdős and Gödel"),
        ("costs \\$5 and \\$6", "costs $5 and $6"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("an \\emph{old} idea", "an <em>old</em> idea"),
        ("{\\bf very} old", "<strong>very</strong> old"),
        ("1990--2000 --- done", "1990–2000 — done"),
        ("50% of cases", "50% of cases"),
    ],
)
def test_prose(text: str, shown: str) -> None:
    assert str(tex.inline(text)) == shown


def test_formulas_become_mathml_and_keep_their_source() -> None:
    html = str(tex.inline("for $x^2 < 4$ only"))
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html
    assert 'encoding="application/x-tex">x^2 &lt; 4</annotation>' in html


def test_what_cannot_be_shown_stays_as_source() -> None:
    assert str(tex.inline("$\\unheardof{x}$")) == '<code class="tex">$\\unheardof{x}$</code>'


def test_displayed_formulas_are_set_apart_only_in_paragraphs() -> None:
    assert 'display="block"' in str(tex.paragraphs("so $$x$$ holds"))
    assert 'display="block"' not in str(tex.inline("so $$x$$ holds"))


def test_paragraphs_and_addresses() -> None:
    html = str(tex.paragraphs("See https://example.org/a?b=1&c=2.\n\n  Then more."))
    assert html.count("<p>") == 2
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html


@given(st.text(alphabet="\\{}$^_&<>\"'abc x()[]%#~", max_size=120))
def test_any_text_gives_balanced_safe_html(text: str) -> None:
    html = str(tex.inline(text))
    assert "<script" not in html
    assert html.count("<math") == html.count("</math>")
