"""docs/codes.md tells the truth about sources, parameters and reasons."""

from pathlib import Path

from policy.codes import codes_page, wording_rows
from policy.loader import load_packs
from policy.management.commands.export_codes import wording_files

PAGE = Path(__file__).resolve().parents[2] / "docs" / "codes.md"


def test_the_page_of_codes_is_up_to_date() -> None:
    fresh = codes_page(load_packs(), wording_files())

    assert PAGE.read_text(encoding="utf-8") == fresh, "run manage.py export_codes > docs/codes.md"


def test_wordings_are_read_from_plain_and_annotated_tables(tmp_path: Path) -> None:
    wording = tmp_path / "loans" / "wording.py"
    wording.parent.mkdir()
    wording.write_text(
        'REASONS = {"cap": _("At most "\n    "%(cap)s.")}\n'
        'WARNINGS: dict[str, str] = {"edge": _("On the edge.")}\nOTHER = {"x": "y"}\n',
        encoding="utf-8",
    )

    assert wording_rows([wording]) == [
        ("cap", "reason", "loans", "At most %(cap)s."),
        ("edge", "warning", "loans", "On the edge."),
    ]
