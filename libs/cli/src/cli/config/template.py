"""Every setting with its text and default, as a file to begin with."""

from cli.config.gathering import by_name
from common.configured import Configured, Setting
from common.topology import OPERATOR

HEAD = """\
# Every setting of paperbus, with its default. Copy this file to .env and change what you need;
# an empty value counts as not set. Values marked "secret" may be given by file: NAME_FILE=path.
"""
TITLES = {OPERATOR: "cli"}


def text(programs: list[Configured]) -> str:
    """The whole file: what several programs read, then what each has alone."""
    known = by_name(programs).values()
    parts = {"shared": [one for one, readers in known if len(readers) > 1]}
    for program in programs:
        alone = [program.program]
        parts[program.program] = [one for one, readers in known if readers == alone]
    lines = [HEAD]
    for title, settings in parts.items():
        if settings:
            lines.append(f"# {TITLES.get(title, title).upper()}\n")
        lines += map(_lines, settings)
    return "\n".join(lines)


def _lines(one: Setting) -> str:
    marks = " (secret)" * one.secret + " (required)" * one.required
    return f"# {one.text}{marks}\n{one.name}={one.default}\n"
