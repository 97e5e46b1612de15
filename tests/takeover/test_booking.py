"""A signed workbook enters the books whole, once, and with what it said."""

import datetime as dt

import pytest

from accounts.errors import OwnAccount
from accounts.models import Agreement, DebitMandate, MemberAccount, MemberEvent
from contributions.errors import KnownWorkbook, TakeoverUnclean
from contributions.models import Coverage, TakenOver, Takeover
from contributions.queries import get_holdings, limit_year_start, paid_between
from contributions.services import approve_takeover, receive_deposit, submit_takeover
from fundcenter.takeover import booking
from fundcenter.takeover.sheets import Name
from fundcenter.tasks import BOOK, enqueue_takeover
from ledger.facts import Component
from ledger.models import Entry, Posting
from ledger.verify import prove
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.fields import blind_index
from office.models import Job, User
from office.services import NotAllowed
from policy.queries import open_book
from subsidies.models import EarlierSubsidy
from tests.accounts.builders import make_terms
from tests.takeover.builders import DAY, Hall, several, workbook


def submitted(hall: Hall, count: int = 1) -> Takeover:
    rows = several(count)
    document = hall.hand_in(workbook(rows), hall.trial(rows).totals)
    return submit_takeover(document=document, by=hall.finance)


def approved(hall: Hall) -> Takeover:
    document = submitted(hall)
    return approve_takeover(document=document, digest=document.digest, by=hall.supervisor)


def test_an_account_taken_over_holds_what_the_workbook_says(hall: Hall) -> None:
    document = hall.take_over(several(3))

    account = TakenOver.objects.get(old_number="OLD000002").member_account
    holdings = get_holdings(account)
    assert (holdings.flex[Component.PRINCIPAL], holdings.flex[Component.INTEREST]) == (
        530_000,
        4_125,
    )
    assert (holdings.unit[Component.TRANSFER_IN], holdings.unit_fen) == (100_000, 100_000)
    agreement = Agreement.objects.get(member_account=account)
    assert (agreement.mode, agreement.monthly_amount_fen) == ("MONTHLY", 50_000)
    assert DebitMandate.objects.get(member_account=account).debit_day == 10
    assert Coverage.objects.filter(member_account=account).count() == 11
    kinds = set(MemberEvent.objects.filter(member_account=account).values_list("kind", flat=True))
    assert kinds == {"OPENED", "WITHDRAWAL"}
    earlier = EarlierSubsidy.objects.get(member=account.member)
    assert (earlier.credited_fen, earlier.credits) == (1_250, 1)
    assert document.booked_date == DAY
    assert [proof for proof in prove([hall.stage.centre]) if not proof.holds] == []


def test_a_workbook_is_one_entry_with_the_value_dates_it_says(hall: Hall) -> None:
    document = hall.take_over(several(2))

    entry = Entry.objects.get(document_no=document.number)
    assert entry.kind == "OPENING_BALANCE"
    dates = Posting.objects.filter(entry=entry).values_list("value_date", flat=True)
    assert sorted(set(dates)) == [
        dt.date(2025, 3, 1),
        dt.date(2025, 6, 30),
        dt.date(2025, 7, 10),
        dt.date(2025, 10, 8),
    ]


def test_large_workbooks_are_one_entry_per_part(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "PART", 2)

    document = hall.take_over(several(5))

    assert Entry.objects.filter(document_no=document.number).count() == 3
    assert TakenOver.objects.filter(takeover=document).count() == 5


def test_the_same_file_is_refused_and_named(hall: Hall) -> None:
    rows = several(1)
    totals, content = hall.trial(rows).totals, workbook(rows)
    first = hall.hand_in(content, totals)

    with pytest.raises(KnownWorkbook) as refused:
        hall.hand_in(content, totals)

    assert first.number in str(refused.value)


def test_the_same_people_in_another_file_are_refused_row_by_row(hall: Hall) -> None:
    hall.take_over(several(2))

    codes = [code for *_, code in hall.codes(several(2))]

    assert sorted(set(codes)) == ["open_here", "taken_before"]


def test_a_second_file_adds_other_people(hall: Hall) -> None:
    hall.take_over(several(2))
    hall.take_over(several(2, first=10))

    assert MemberAccount.objects.count() == 4


def test_somebody_with_an_open_account_here_is_not_taken_over(hall: Hall) -> None:
    stage = hall.stage
    applicant = stage.applicant(born=dt.date(1990, 3, 7))
    account = stage.open_account(make_terms("FREE", 50_000), applicant)
    rows = several(1)
    rows[Name.PEOPLE][0]["证件号码"] = applicant.number

    trial = hall.trial(rows)

    assert [(p.code, p.seen) for p in trial.problems] == [("open_here", account.number)]


def test_what_was_paid_there_counts_in_the_limit_year_here(hall: Hall) -> None:
    hall.take_over(several(1))
    account = TakenOver.objects.get().member_account
    year_start = limit_year_start(open_book("kashgar", DAY), DAY)

    assert paid_between(account, DAY, year_start) == (0, 50_000)


def test_a_member_taken_over_pays_in_like_anybody(hall: Hall) -> None:
    hall.take_over(several(1))
    account = TakenOver.objects.get().member_account

    deposit = receive_deposit(
        member_account=account,
        amount_fen=50_000,
        business_date=DAY,
        document_no="R1",
        clerk=hall.stage.clerk,
    )

    assert deposit.months_covered == 1


# What is refused


def test_a_workbook_with_problems_cannot_be_submitted(hall: Hall) -> None:
    rows = several(1)
    document = hall.hand_in(workbook(rows), {**hall.trial(rows).totals, "accounts": 2})
    assert document.problem_count == 1

    with pytest.raises(TakeoverUnclean):
        submit_takeover(document=document, by=hall.finance)


def test_a_file_that_cannot_be_read_says_so(hall: Hall) -> None:
    document = hall.hand_in(b"no workbook", {})

    assert document.problem_count == 1
    assert document.problems[0]["code"] == "unreadable"


def test_nobody_approves_what_they_handed_in(hall: Hall) -> None:
    rows = several(1)
    document = hall.hand_in(workbook(rows), hall.trial(rows).totals, by=hall.supervisor)
    document = submit_takeover(document=document, by=hall.supervisor)

    with pytest.raises(SamePerson):
        approve_takeover(document=document, digest=document.digest, by=hall.supervisor)


@pytest.mark.parametrize("who", ["clerk", "checker"])
def test_only_finance_and_supervisors_take_over(hall: Hall, who: str) -> None:
    with pytest.raises(NotAllowed):
        hall.hand_in(b"x", {}, by=getattr(hall.stage, who))


def test_finance_does_not_approve(hall: Hall) -> None:
    rows = several(1)
    document = hall.hand_in(workbook(rows), hall.trial(rows).totals, by=hall.supervisor)
    document = submit_takeover(document=document, by=hall.supervisor)

    with pytest.raises(NotAllowed):
        approve_takeover(document=document, digest=document.digest, by=hall.finance)


def test_another_digest_is_not_approved(hall: Hall) -> None:
    document = submitted(hall)

    with pytest.raises(ChangedMeanwhile):
        approve_takeover(document=document, digest="0" * 64, by=hall.supervisor)


@pytest.mark.parametrize("who", ["finance", "supervisor"])
def test_nobody_takes_over_their_own_account(hall: Hall, who: str) -> None:
    rows = several(1)
    number = rows[Name.PEOPLE][0]["证件号码"]
    user = getattr(hall, who)
    User.objects.filter(pk=user.pk).update(person_index=blind_index(number))
    document = hall.hand_in(workbook(rows), hall.trial(rows).totals)

    def decide() -> None:
        sent = submit_takeover(document=document, by=User.objects.get(pk=hall.finance.pk))
        approve_takeover(
            document=sent, digest=sent.digest, by=User.objects.get(pk=hall.supervisor.pk)
        )

    with pytest.raises(OwnAccount):
        decide()


def test_a_booked_workbook_is_not_booked_again(hall: Hall) -> None:
    document = hall.take_over(several(1))

    booking.book_takeover(document, business_date=DAY, tick=lambda _done: None)

    assert MemberAccount.objects.count() == 1
    with pytest.raises(AlreadyDecided):
        approve_takeover(document=document, digest=document.digest, by=hall.supervisor)


def test_if_the_books_have_moved_on_nothing_at_all_is_booked(hall: Hall) -> None:
    document = approved(hall)
    same_person = several(1)
    for row in (row for rows in same_person.values() for row in rows):
        row["原账号"] = "OTHER1"
    hall.take_over(same_person)

    job = hall.run(BOOK, document)

    assert job.state == Job.State.FAILED
    assert "open_here" in job.error
    assert MemberAccount.objects.count() == 1
    document.refresh_from_db()
    assert document.booked_date is None


def test_an_error_in_the_last_part_leaves_nothing_of_the_first(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "PART", 1)
    rows = several(2)
    document = hall.hand_in(workbook(rows), hall.trial(rows).totals)
    document = submit_takeover(document=document, by=hall.finance)
    document = approve_takeover(document=document, digest=document.digest, by=hall.supervisor)
    calls: list[int] = []

    def tick(done: int) -> None:
        calls.append(done)
        if len(calls) == 2:
            raise RuntimeError("the light went out")

    with pytest.raises(RuntimeError):
        booking.book_takeover(document, business_date=DAY, tick=tick)

    assert (MemberAccount.objects.count(), Entry.objects.count()) == (0, 0)
    assert enqueue_takeover(BOOK, document).state == Job.State.QUEUED
