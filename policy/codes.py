"""The page of codes, ``docs/codes.md``: every source, parameter and reason that answers may name.

The page is made from the policy pages and the apps' wordings, so it cannot lag behind them.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from policy.loader import Packs
from policy.values import Parameter

HEAD = """# Codes

Made by `manage.py export_codes > docs/codes.md`; do not edit by hand.

Answers and stored decisions name their sources, parameters and reasons by these codes. A code
that has been published keeps its meaning; a new meaning gets a new code.
"""
WORDINGS = {"REASONS": "reason", "WARNINGS": "warning"}


def codes_page(packs: Packs, wordings: Iterable[Path]) -> str:
    """Return the whole page as Markdown.

    Args:
        packs: the policy pages with their catalogue and sources.
        wordings: the ``wording.py`` files of the apps.
    """
    parts = [
        HEAD,
        "## Sources\n",
        *_table(("code", "document", "number", "in force from"), _source_rows(packs)),
        "\n## Parameters\n",
        "What silence means is shown where it means something; `–` leaves the parameter unset.\n",
        *_table(
            ("key", "中文", "English", "unit", "choices", "silence"),
            (_parameter_row(entry) for entry in packs.catalogue.values()),
        ),
        "\n## Reasons and warnings\n",
        *_table(
            ("code", "kind", "app", "wording"),
            ((f"`{row[0]}`", *row[1:]) for row in wording_rows(wordings)),
        ),
    ]
    return "\n".join(parts) + "\n"


def wording_rows(wordings: Iterable[Path]) -> list[tuple[str, str, str, str]]:
    """Read code, kind, app and English wording out of the apps' ``wording.py``, by code."""
    return sorted({row for path in wordings for row in _worded(path)})


def _worded(path: Path) -> Iterator[tuple[str, str, str, str]]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets: list[ast.expr]
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        elif isinstance(node, ast.Assign):
            targets = node.targets
        else:
            continue
        target, value = targets[0], node.value
        if not isinstance(target, ast.Name) or not isinstance(value, ast.Dict):
            continue
        kind = WORDINGS.get(target.id)
        if kind is None:
            continue
        for key, text in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), kind, path.parent.name, _literal(text)


def _literal(node: ast.expr) -> str:
    """Return the text inside ``_("…")``, in one line."""
    found = [
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    return " ".join("".join(found).split())


def _source_rows(packs: Packs) -> Iterator[tuple[str, ...]]:
    for code, source in sorted(packs.sources.items()):
        yield f"`{code}`", source.title, source.number, str(source.effective or "")


def _parameter_row(entry: Parameter) -> tuple[str, ...]:
    choices = " ".join(f"`{choice}`" for choice in entry.choices)
    silence = "–" if entry.if_silent is None else f"`{entry.if_silent}`"
    return f"`{entry.key}`", entry.title, entry.title_en, str(entry.unit), choices, silence


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(head)
    yield _row(["---"] * len(head))
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
