"""Who did, was refused or saw what; with the deed, or not at all."""

import pytest
from django.db import transaction

from office.context import working_from
from office.models import AuditEvent
from office.services import audit, audit_refusal, audit_sight

ID_NUMBER = "653101198605200015"


def test_a_line_tells_who_where_and_from_which_terminal(clerk):
    with working_from("10.1.2.3", "req-1"):
        line = audit(actor=clerk, action="accounts.open", target=clerk, after={"state": "OPEN"})

    assert (line.actor, line.role, line.centre, line.branch) == (
        clerk,
        "CLERK",
        clerk.centre,
        clerk.branch,
    )
    assert (line.terminal, line.request_id) == ("10.1.2.3", "req-1")
    assert (line.object_type, line.object_id) == ("office.user", str(clerk.pk))
    assert line.at is not None
    assert audit(actor=clerk, action="x").terminal == ""


def test_a_deed_that_is_rolled_back_leaves_no_line(clerk):
    with transaction.atomic():
        audit(actor=clerk, action="accounts.open")
        transaction.set_rollback(True)

    assert AuditEvent.objects.count() == AuditEvent.objects.exclude(action="accounts.open").count()


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_kept_although_nothing_was_done(clerk):
    audit_refusal(actor=clerk, action="withdrawals.new", reason="余额不足", subject="张*")

    line = AuditEvent.objects.get(result="REFUSED")
    assert (line.action, line.reason) == ("withdrawals.new", "余额不足")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", [audit_refusal, audit_sight])
def test_a_refusal_inside_the_refused_transaction_is_a_mistake_of_the_caller(clerk, write):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        write(actor=clerk, action="x", reason="y")


@pytest.mark.django_db(transaction=True)
def test_looking_at_a_clear_number_is_written_with_its_reason(clerk):
    audit_sight(actor=clerk, action="members.reveal", reason="核对身份证原件", subject="张*")

    assert AuditEvent.objects.get(result="SEEN").reason == "核对身份证原件"


@pytest.mark.parametrize(
    "number",
    [
        ID_NUMBER,
        "11010519491231002X",
        "11010519491231002x",
        "6222021001116245702",
        "622202100111624",
        "13812345678",
    ],
)
@pytest.mark.parametrize("field", ["subject", "reason", "before", "after"])
def test_no_personal_number_enters_the_trail(clerk, number, field):
    text = f"证件{number}，已核"
    value = {"deep": [{"er": text}]} if field in ("before", "after") else text
    line = audit(actor=clerk, action="x", **{field: value})

    line.refresh_from_db()
    kept = str(getattr(line, field))
    assert number not in kept
    assert f"****{number[-4:]}" in kept


@pytest.mark.parametrize(
    "text",
    ["DP-kashgar-2026-000123", "2026-07-01", "270000.00", "23812345678", "12345678901", "a" * 64],
)
def test_other_numbers_stay_as_they_are(clerk, text):
    assert audit(actor=clerk, action="x", subject=text).subject == text


def test_long_texts_are_cut_so_that_the_deed_does_not_fail(clerk):
    line = audit(actor=clerk, action="x", subject="长" * 500, reason="长" * 5000)

    assert (len(line.subject), len(line.reason)) == (128, 400)


def test_a_deed_over_http_notes_the_address_and_the_number_of_the_request(
    security_admin, clerk, sign_in
):
    client = sign_in(security_admin)
    answer = client.post(
        f"/admin/office/user/{clerk.pk}/change/",
        {
            "username": clerk.username,
            "display_name": "张三",
            "role": "CHECKER",
            "centre": clerk.centre_id,
            "branch": clerk.branch_id,
            "is_active": "on",
        },
        REMOTE_ADDR="10.9.8.7",
    )

    assert answer.status_code == 302, answer.content.decode()
    line = AuditEvent.objects.get(action="staff.change")
    assert (line.actor, line.terminal) == (security_admin, "10.9.8.7")
    assert line.request_id == answer["X-Request-ID"]
    assert (line.before["role"], line.after["role"]) == ("CLERK", "CHECKER")
