"""The text under each field of a settings struct, read from its source."""

import ast
import inspect
import itertools
import textwrap


def field_texts(kind: type) -> dict[str, str]:
    """Field name to the string that stands below its declaration."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    except (OSError, TypeError):  # no source at hand, as in a frozen build
        return {}
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    texts: dict[str, str] = {}
    for declared, below in itertools.pairwise(body):
        if (
            isinstance(declared, ast.AnnAssign)
            and isinstance(declared.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            texts[declared.target.id] = " ".join(below.value.value.split())
    return texts
