"""A teller's drawer: what was booked, what was counted, and nothing more after the signature."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ledger.drawers import close_drawer, find_tellers, get_drawer, list_drawer_entries
from ledger.models import Entry
from ledger.services import post, reverse
from ledger.verify import closed_drawers_hold_what_was_signed
from office import guards
from office.documents import ChangedMeanwhile
from office.drawers import Count, DrawerClosed, NotCounted, reopen_drawer
from office.hindrances import DayHindered, list_hindrances
from office.idempotency import digest_of
from office.models import AuditEvent, Branch, DrawerClosing
from office.roles import Role
from office.services import DayNotOpen, NotAllowed, close_day, open_days_until
from tests.accounts.builders import make_staff
from tests.ledger.conftest import FIRST_DAY
from tests.office.conftest import at_the_same_moment


@pytest.fixture
def branch(books):
    return Branch.objects.create(centre=books.centre, code="window", name="轧账大厅")


@pytest.fixture
def clerk(branch):
    return make_staff(branch, "drawer-clerk", Role.CLERK)


@pytest.fixture
def supervisor(branch):
    return make_staff(branch, "drawer-supervisor", Role.SUPERVISOR)


@pytest.fixture
def take(books, clerk):
    """Book a deposit, or with the sides exchanged a payment, as the clerk."""

    def booked(yuan, number, *, debit="银行", credit="个人:张三", maker=clerk):
        return post(
            centre=books.centre,
            key=f"drawer:{number}",
            kind=Entry.Kind.DEPOSIT if debit == "银行" else Entry.Kind.WITHDRAWAL,
            business_date=FIRST_DAY,
            document_no=number,
            maker=maker,
            moves=[books.move(debit, credit, yuan, FIRST_DAY)],
        )

    return booked


def sign(teller, vouchers, in_fen, note="", seen=None):
    digest = seen or digest_of(get_drawer(teller, FIRST_DAY).totals())
    return close_drawer(
        teller=teller,
        business_date=FIRST_DAY,
        seen_digest=digest,
        count=Count(vouchers=vouchers, in_fen=in_fen, note=note),
    )


def test_a_drawer_sums_its_own_entries_by_kind(books, take, clerk, supervisor):
    first = take("500.00", "A1")
    take("70.00", "A2")
    take("30.00", "A3", debit="个人:张三", credit="银行")
    take("9.00", "A4", maker=supervisor)
    reverse(entry=first, key="undo:A1", business_date=FIRST_DAY, maker=supervisor, document_no="R1")

    drawer = get_drawer(clerk, FIRST_DAY)

    assert [(r.kind, r.count, r.amount_fen, r.reversed_count) for r in drawer.rows] == [
        ("DEPOSIT", 2, 57_000, 1),
        ("WITHDRAWAL", 1, 3_000, 0),
    ]
    assert (drawer.vouchers, drawer.in_fen, drawer.out_fen) == (3, 57_000, 3_000)
    assert [fen for _, fen in list_drawer_entries(clerk, FIRST_DAY)] == [
        50_000,
        7_000,
        3_000,
    ]
    assert find_tellers(books.centre, FIRST_DAY) == [clerk, supervisor]


def test_a_drawer_without_entries_is_empty_and_can_be_signed(clerk):
    closing = sign(clerk, 0, 0)

    assert (closing.vouchers, closing.in_fen, closing.stands) == (0, 0, True)


def test_a_signature_keeps_the_totals_and_its_digest(take, clerk):
    take("500.00", "A1")

    closing = sign(clerk, 1, 50_000)

    assert closing.digest == digest_of(closing.totals)
    assert closing.totals["kinds"] == [["DEPOSIT", 1, 50_000, 0]]
    assert AuditEvent.objects.get(action="drawers.close").actor == clerk


def test_after_closing_the_teller_books_nothing_on_that_day(take, clerk):
    take("500.00", "A1")
    sign(clerk, 1, 50_000)

    with pytest.raises(DrawerClosed, match="主管"):
        take("1.00", "A2")


def test_not_even_past_the_service(books, take, clerk):
    take("500.00", "A1")
    sign(clerk, 1, 50_000)

    with pytest.raises(DatabaseError, match="drawer"), transaction.atomic():
        Entry.objects.create(
            centre=books.centre,
            business_date=FIRST_DAY,
            kind="DEPOSIT",
            key="drawer:raw",
            document_no="raw",
            maker=clerk,
        )


def test_a_repeated_booking_still_gets_its_first_answer(take, clerk):
    first = take("500.00", "A1")
    sign(clerk, 1, 50_000)

    assert take("500.00", "A1") == first


def test_colleagues_go_on(take, clerk, supervisor):
    sign(clerk, 0, 0)

    assert take("1.00", "A2", maker=supervisor).pk


def test_the_teller_books_again_on_the_next_day(books, clerk):
    sign(clerk, 0, 0)
    day = FIRST_DAY + dt.timedelta(days=1)
    open_days_until(centre=books.centre, until=day, by=books.maker)

    entry = post(
        centre=books.centre,
        key="drawer:next",
        kind=Entry.Kind.DEPOSIT,
        business_date=day,
        document_no="next",
        maker=clerk,
        moves=[books.move("银行", "个人:张三", "1.00", day)],
    )

    assert entry.pk


def test_what_was_booked_since_the_look_is_not_signed(take, clerk):
    seen = digest_of(get_drawer(clerk, FIRST_DAY).totals())
    take("500.00", "A1")

    with pytest.raises(ChangedMeanwhile):
        sign(clerk, 0, 0, seen=seen)


@pytest.mark.parametrize(("vouchers", "in_fen"), [(2, 50_000), (1, 49_999), (0, 0)])
def test_a_difference_needs_its_note(take, clerk, vouchers, in_fen):
    take("500.00", "A1")

    with pytest.raises(NotCounted, match="note"):
        sign(clerk, vouchers, in_fen, note="  ")
    closing = sign(clerk, vouchers, in_fen, note="一张回单未到")
    assert closing.difference_fen == in_fen - 50_000


@pytest.mark.parametrize(("vouchers", "in_fen"), [(-1, 0), (0, -1), (True, 0), ("0", 0)])
def test_what_is_no_count_is_refused(clerk, vouchers, in_fen):
    with pytest.raises(NotCounted):
        sign(clerk, vouchers, in_fen, note="x")


def test_a_difference_without_a_note_cannot_be_stored(take, clerk):
    take("500.00", "A1")
    closing = sign(clerk, 0, 0, note="缺")
    values = {
        field.attname: getattr(closing, field.attname)
        for field in DrawerClosing._meta.concrete_fields
        if field.attname not in ("id", "closed_at", "note")
    }
    later = {**values, "business_date": FIRST_DAY, "reopened_by_id": None}
    with pytest.raises(IntegrityError, match="explained"), transaction.atomic():
        DrawerClosing.objects.create(**later, note="")


def test_a_drawer_is_closed_once(clerk):
    sign(clerk, 0, 0)

    with pytest.raises(DrawerClosed):
        sign(clerk, 0, 0)
    assert DrawerClosing.objects.count() == 1


def test_auditors_have_no_drawer(branch):
    auditor = make_staff(branch, "drawer-auditor", Role.AUDITOR)

    with pytest.raises(NotAllowed):
        sign(auditor, 0, 0)


def test_a_drawer_of_a_day_that_is_not_open_cannot_be_closed(books, clerk):
    open_days_until(centre=books.centre, until=FIRST_DAY + dt.timedelta(days=1), by=books.maker)

    with pytest.raises(DayNotOpen):
        sign(clerk, 0, 0)


def test_a_supervisor_reopens_with_a_reason_and_a_second_closing_follows(take, clerk, supervisor):
    first = sign(clerk, 0, 0)

    reopen_drawer(closing=first, reason="漏记一笔", by=supervisor)
    take("500.00", "A1")
    second = sign(clerk, 1, 50_000)

    first.refresh_from_db()
    assert (first.stands, first.reopen_reason, second.stands) == (False, "漏记一笔", True)
    assert AuditEvent.objects.get(action="drawers.reopen").reason == "漏记一笔"


def test_a_reopening_needs_its_reason(clerk, supervisor):
    with pytest.raises(NotCounted):
        reopen_drawer(closing=sign(clerk, 0, 0), reason=" ", by=supervisor)


def test_nobody_reopens_their_own_drawer(supervisor):
    with pytest.raises(NotAllowed):
        reopen_drawer(closing=sign(supervisor, 0, 0), reason="x", by=supervisor)


def test_a_clerk_reopens_no_drawer(branch, clerk, supervisor):
    other = make_staff(branch, "drawer-other", Role.CLERK)

    with pytest.raises(NotAllowed):
        reopen_drawer(closing=sign(clerk, 0, 0), reason="x", by=other)


def test_a_drawer_is_reopened_once(clerk, supervisor):
    closing = sign(clerk, 0, 0)
    reopen_drawer(closing=closing, reason="x", by=supervisor)

    with pytest.raises(DrawerClosed):
        reopen_drawer(closing=closing, reason="x", by=supervisor)


def test_a_closed_days_drawer_stays_closed(books, clerk, supervisor):
    closing = sign(clerk, 0, 0)
    close_day(centre=books.centre, by=supervisor)

    with pytest.raises(DayNotOpen):
        reopen_drawer(closing=closing, reason="x", by=supervisor)


@pytest.mark.parametrize(
    "change", [{"in_fen": 1}, {"digest": "0" * 64}, {"note": "x"}, {"teller_id": 1}]
)
def test_a_closing_is_never_changed(clerk, change):
    closing = sign(clerk, 0, 0)

    with pytest.raises(DatabaseError), transaction.atomic():
        DrawerClosing.objects.filter(pk=closing.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        DrawerClosing.objects.filter(pk=closing.pk).delete()


def test_the_day_stays_open_while_a_drawer_with_entries_is(books, take, clerk, supervisor):
    take("500.00", "A1")

    with pytest.raises(DayHindered, match="drawer-clerk"):
        close_day(centre=books.centre, by=supervisor)
    sign(clerk, 1, 50_000)
    assert list_hindrances(books.centre, FIRST_DAY) == []
    assert not close_day(centre=books.centre, by=supervisor).is_open


def test_a_reopened_drawer_keeps_the_day_open_again(books, take, clerk, supervisor):
    take("500.00", "A1")
    reopen_drawer(closing=sign(clerk, 1, 50_000), reason="x", by=supervisor)

    with pytest.raises(DayHindered):
        close_day(centre=books.centre, by=supervisor)


def test_a_centre_may_only_be_told_of_open_drawers(books, take, supervisor):
    books.centre.drawers_close_first = False
    books.centre.save()
    take("500.00", "A1")

    (hindrance,) = list_hindrances(books.centre, FIRST_DAY)
    assert not hindrance.blocks
    assert not close_day(centre=books.centre, by=supervisor).is_open


def test_what_the_system_books_has_no_drawer(books, supervisor):
    books.book("银行", "个人:张三", "1.00", key="system")

    assert list_hindrances(books.centre, FIRST_DAY) == []


def test_the_proof_finds_an_entry_that_got_into_a_closed_drawer(books, take, clerk):
    sign(clerk, 0, 0)
    guards.drop_guards()
    Entry.objects.create(
        centre=books.centre,
        business_date=FIRST_DAY,
        kind="DEPOSIT",
        key="drawer:late",
        document_no="late",
        maker=clerk,
    )

    (said,) = closed_drawers_hold_what_was_signed(books.centre)
    assert "drawer-clerk" in said


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_a_closing_and_a_booking_at_the_same_moment_both_are_true(books, take, clerk):
    """Either the entry is in the signed totals, or it was refused."""
    seen = digest_of(get_drawer(clerk, FIRST_DAY).totals())

    def work(place):
        return take("1.00", f"B{place}") if place else sign(clerk, 0, 0, seen=seen)

    outcomes = at_the_same_moment(6, work)

    booked = Entry.objects.filter(maker=clerk).count()
    if isinstance(outcomes[0], DrawerClosing):
        assert booked == outcomes[0].vouchers == 0
    else:
        assert isinstance(outcomes[0], ChangedMeanwhile)
        assert booked == 5
