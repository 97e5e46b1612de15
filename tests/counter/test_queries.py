"""How many queries each page may ask: written down, so that a slow page shows in the review."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.counter.typing_in import opening_form

BUDGET = json.loads(Path(__file__).with_name("query_counts.json").read_text(encoding="utf-8"))


def asked(client, name, address, data=None):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.post(address, data) if data is not None else client.get(address)
    assert answer.status_code == 200
    assert len(queries) <= BUDGET[name], f"{name}: {len(queries)} queries"


@pytest.mark.parametrize("members", [1, 5])
def test_no_page_asks_more_when_there_is_more(stage, clerk, pay, members):
    accounts = [stage.open_account() for _ in range(members)]
    for account in accounts:
        pay(account)
    number = accounts[0].number
    clerk.get(reverse("desk"))
    asked(clerk, "desk", reverse("desk"))
    asked(clerk, "search", reverse("search"), {"q": "王芳"})
    asked(clerk, "member", reverse("member", args=[number]))
    asked(clerk, "deposit", reverse("deposit", args=[number]))
    asked(clerk, "opening", reverse("opening"))
    asked(clerk, "opening-check", reverse("opening-check"), opening_form())
    asked(clerk, "inbox", reverse("inbox"))
