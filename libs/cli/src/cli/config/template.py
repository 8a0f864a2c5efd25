"""Every setting with its text and default, as a file to begin with."""

from common.configured import Configured, Setting
from common.topology import OPERATOR

HEAD = """\
# Every setting of paperbus, with its default. Copy this file to .env and change what you need;
# an empty value counts as not set. Values marked "secret" may be given by file: NAME_FILE=path.
"""
TITLES = {OPERATOR: "cli"}


def text(programs: list[Configured]) -> str:
    """The whole file: what several programs read, then what each has alone."""
    readers: dict[str, list[str]] = {}
    known: dict[str, Setting] = {}
    for program in programs:
        for one in program.settings:
            readers.setdefault(one.name, []).append(program.program)
            known.setdefault(one.name, one)
    parts = {"shared": [name for name, by in readers.items() if len(by) > 1]}
    for program in programs:
        parts[program.program] = [name for name, by in readers.items() if by == [program.program]]
    lines = [HEAD]
    for title, names in parts.items():
        if names:
            lines.append(f"# {TITLES.get(title, title).upper()}\n")
        lines += [_lines(known[name]) for name in names]
    return "\n".join(lines)


def _lines(one: Setting) -> str:
    marks = " (secret)" * one.secret + " (required)" * one.required
    return f"# {one.text}{marks}\n{one.name}={one.default}\n"
