"""A statement of 2,000 lines as PDF, beside the same cells in the table of the PDF library.

The reference is what the library alone takes for the same texts in the same font and widths, with
no folding, no frame around the page and no page count.
"""

import datetime as dt
import io
import json
import os
import sys
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fundcenter.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.utils import translation  # noqa: E402
from reportlab.lib.pagesizes import A4  # noqa: E402
from reportlab.platypus import SimpleDocTemplate  # noqa: E402
from reportlab.platypus import Table as Grid  # noqa: E402

from fundcenter.prints.fonts import MAIN  # noqa: E402
from fundcenter.prints.paper import Paper, Table  # noqa: E402
from fundcenter.prints.sheet import Stamp, render  # noqa: E402

ROUNDS = 3
LINES = 2_000
HEAD = ("日期", "业务", "来源", "收入", "支出", "余额", "单据号")
WIDTHS = (17, 24, 13, 19, 19, 21, 34)


def rows() -> tuple[tuple[str, ...], ...]:
    """Return the lines of a member who pays in and takes out in turns."""
    return tuple(
        (
            (dt.date(2016, 1, 1) + dt.timedelta(days=place)).isoformat(),
            "缴存" if place % 3 else "租房提取",
            "灵活",
            f"{place * 37 % 100_000:,}.00" if place % 3 else "",
            "" if place % 3 else f"{place * 7:,}.50",
            f"{place * 137:,}.00",
            f"DP-kashgar-2026-{place:06d}",
        )
        for place in range(LINES)
    )


def product(lines: tuple[tuple[str, ...], ...]) -> bytes:
    """Print the statement as the counter does."""
    table = Table(head=HEAD, rows=lines, widths=WIDTHS, money=(3, 4, 5))
    at = dt.datetime(2026, 10, 14, 9, tzinfo=dt.UTC)
    stamp = Stamp("中心", "大厅", "PR-1", "经办", at, 1, "ABCDEFGHIJKL")
    return render(Paper(title="个人账户对账单", blocks=(table,)), stamp)


def library(lines: tuple[tuple[str, ...], ...]) -> bytes:
    """Print the same cells with the library's table."""
    file = io.BytesIO()
    widths = [500 * part / sum(WIDTHS) for part in WIDTHS]
    style = [
        ("FONT", (0, 0), (-1, -1), MAIN, 9),
        ("GRID", (0, 0), (-1, -1), 1, "black"),
        ("ALIGN", (3, 0), (5, -1), "RIGHT"),
    ]
    grid = Grid([HEAD, *lines], colWidths=widths, style=style, repeatRows=1)
    SimpleDocTemplate(file, pagesize=A4, invariant=1).build([grid])
    return file.getvalue()


def seconds(work: Callable[[tuple[tuple[str, ...], ...]], bytes]) -> float:
    """Count the processor's time of one run; nothing here waits."""
    lines = rows()
    started = time.process_time()
    work(lines)
    return time.process_time() - started


def main() -> None:
    """Print one JSON line."""
    best = {"statement": float("inf"), "library": float("inf")}
    with translation.override("zh-hans"):
        product(rows()[:2])  # the font is read once per process
        for _ in range(ROUNDS):
            best["statement"] = min(best["statement"], seconds(product))
            best["library"] = min(best["library"], seconds(library))
    print(
        json.dumps(
            {
                "bench": "papers",
                "database": connection.vendor,
                "lines": LINES,
                "best_of": ROUNDS,
                "statement_s": round(best["statement"], 3),
                "library_table_s": round(best["library"], 3),
            }
        )
    )


if __name__ == "__main__":
    sys.exit(main())
