"""A thousand requests through one batch, beside reading and writing the same lines as JSON.

The requests are the examples of all calculators, each loan schedule with 360 rows. The reference
is the floor that any answer pays: the strict reader and the writer alone.
"""

import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fundcenter.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from fundcenter.calculators.examples import example_request  # noqa: E402
from fundcenter.calculators.registry import CALCULATORS  # noqa: E402
from kernel.strict_json import loads_strict  # noqa: E402

ROUNDS = 3
REQUESTS = 1_000


def requests() -> list[str]:
    """Return the lines of the batch."""
    names = list(CALCULATORS)
    lines = []
    for place in range(REQUESTS):
        name = names[place % len(names)]
        request = {"calculator": name, **example_request(name)}
        if name == "loan-schedule":
            request["facts"] = {**request["facts"], "term_months": 360}
        lines.append(json.dumps(request, ensure_ascii=False))
    return lines


def seconds(work: Callable[[], object]) -> float:
    """Time one run."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Print one JSON line."""
    call_command("migrate", verbosity=0)
    call_command("load_policies", stdout=io.StringIO())
    lines = requests()
    best = {"batch": float("inf"), "floor": float("inf")}

    def floor() -> None:
        for line in lines:
            json.dumps(loads_strict(line), ensure_ascii=False)

    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".jsonl") as file:
        Path(file.name).write_text("\n".join(lines), encoding="utf-8")

        def batch() -> None:
            call_command("calculate", "--batch", file.name, stdout=io.StringIO())

        for _ in range(ROUNDS):
            best["batch"] = min(best["batch"], seconds(batch))
            best["floor"] = min(best["floor"], seconds(floor))
    print(
        json.dumps(
            {
                "bench": "calculators",
                "database": connection.vendor,
                "requests": REQUESTS,
                "best_of": ROUNDS,
                "batch_s": round(best["batch"], 3),
                "json_alone_s": round(best["floor"], 3),
                "ms_per_request": round(1_000 * best["batch"] / REQUESTS, 2),
            }
        )
    )


if __name__ == "__main__":
    sys.exit(main())
