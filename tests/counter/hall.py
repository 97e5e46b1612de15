"""Two centres at work with people of every role and a document of every kind that is handled."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client

from accounts.models import MemberAccount, OutsideCheck
from accounts.services import (
    approve_freeze,
    change_contact,
    enter_check,
    propose_lift,
    submit_ban,
    submit_breach,
    submit_freeze,
    submit_person_change,
)
from contributions.services import (
    ConversionRequest,
    LetterReceived,
    accept_dispute,
    bounce_payout,
    submit_conversion,
    submit_large_deposit,
    submit_merge,
    submit_reissue,
    submit_takeover,
    submit_transfer_in,
    submit_transfer_out,
)
from kernel.documents import DocumentType
from ledger.drawers import close_drawer, get_drawer
from office.drawers import Count
from office.filters import save_filter
from office.idempotency import digest_of
from office.models import Branch, User
from office.papers import keep_paper, seal_papers
from office.roles import ADMINISTRATORS, BUSINESS_ROLES, Role
from policy.models import StoredDecision
from settlement.services import SurplusRequest, submit_correction, submit_surplus
from tests.accounts.builders import Stage, make_staff, number_of
from tests.accounts.households import state_household
from tests.contributions.exits import leave
from tests.contributions.heirs import claim, die, inherit, live
from tests.contributions.withdrawals import add_payer, ask, make_payer, withdraw
from tests.counter.hall_loans import make_debits, make_loan_items, make_repayment_items
from tests.counter.loan_items import make_application_items
from tests.loans.late import late_documents
from tests.office.scans import a_jpeg
from tests.takeover.builders import Hall as TakeoverHall
from tests.takeover.builders import several, workbook


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo everything at the end, as a test case does; what commits for itself included."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


@dataclass
class Hall:
    """The people by role and place, and what stands in the addresses, of each centre."""

    stage: Stage
    other: Stage
    people: dict[tuple[str, str], User] = field(default_factory=dict)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    clients: dict[int, Client] = field(default_factory=dict)

    def client(self, user: User | None) -> Client:
        """Give a browser in which the person is signed in; signed in once."""
        pk = user.pk if user else 0
        if pk not in self.clients:
            self.clients[pk] = Client(raise_request_exception=False)
            if user:
                backend = "django.contrib.auth.backends.ModelBackend"
                self.clients[pk].force_login(user, backend=backend)
        return self.clients[pk]


def build_hall() -> Hall:
    """Build both centres with the real services."""
    stage, account = make_payer("kashgar")
    other, other_account = make_payer("yantai", stranger=True)
    hall = Hall(stage, other)
    second = Branch.objects.create(centre=stage.centre, code="b2", name="第二大厅")
    for role in sorted(BUSINESS_ROLES):
        hall.people[role, "own"] = make_staff(stage.branch, f"m-{role}".lower(), role)
        hall.people[role, "branch"] = make_staff(second, f"m2-{role}".lower(), role)
    for role in sorted(ADMINISTRATORS):
        hall.people[role, "own"] = make_staff(None, f"m-{role}".lower(), role)
    for user in [None, *hall.people.values()]:
        hall.client(user)
    hall.objects["own"] = _objects(stage, account)
    hall.objects["foreign"] = _objects(other, other_account)
    return hall


def _objects(stage: Stage, account: MemberAccount) -> dict[str, Any]:
    """Make one of everything in a centre; items by the name of their kind."""
    items = _items(stage, account)
    check = enter_check(
        centre=stage.centre,
        kind=OutsideCheck.Kind.PLATFORM,
        purpose=OutsideCheck.Purpose.OPENING,
        document_type=DocumentType.RESIDENT_ID,
        number=stage.applicant().number,
        name="王芳",
        result=OutsideCheck.Result.PASS,
        document_no="函1",
        business_date=stage.day,
        by=stage.clerk,
    )
    teller = stage.colleague(f"{stage.centre.code}-teller")
    closing = close_drawer(
        teller=teller,
        business_date=stage.day,
        seen_digest=digest_of(get_drawer(teller, stage.day).totals()),
        count=Count(vouchers=0, in_fen=0),
    )
    return {
        "account": account.number,
        "items": items,
        "payout": withdraw(stage, add_payer(stage)).number,
        "dispute": items["dispute"].number,
        "loan": items["loan-payment"].loan.number,
        "loan-payment": items["loan-payment"].number,
        "transfer-in": items["transfer-in"].number,
        "loan-application": items["loan-application"].number,
        "transfer-out": items["transfer-out"].number,
        "takeover": items["takeover"].number,
        "debits": make_debits(stage).number,
        "write-off": items["write-off"].number,
        "check": check.pk,
        "closing": closing.pk,
        "filter": save_filter(
            user=teller, listing="accounts", name="全部", query="", is_shared=True
        ).pk,
        "paper": _paper(stage, items["opening"].number),
        "decision": StoredDecision.objects.filter(centre=stage.centre).latest("pk").pk,
    }


def _items(stage: Stage, account: MemberAccount) -> dict[str, Any]:
    """Make a document of every kind that is handled at the counter."""
    second = add_payer(stage)
    applicant = stage.applicant()
    stage.ask(applicant)
    return {
        "opening": stage.submit(applicant),
        "deposit": account.deposits.get(),
        "large-deposit": submit_large_deposit(
            member_account=add_payer(stage),
            amount_fen=500_000,
            business_date=stage.day,
            clerk=stage.clerk,
        ),
        "withdrawal": ask(stage, second),
        "freeze": _freeze(stage, account),
        "ban": _ban(stage, account),
        "household": state_household(stage, account.member, "UNMARRIED"),
        "lift": _lift(stage, second),
        "person": _person(stage, account),
        "change": _change(stage, account),
        "breach": _breach(stage, account),
        "takeover": _takeover(stage),
        "correction": _correction(stage),
        "reissue": _reissue(stage),
        "surplus": _surplus(stage),
        "exit": leave(stage, add_payer(stage)),
        "merge": _merge(stage),
        "conversion": _conversion(stage),
        "transfer-in": _transfer_in(stage),
        "transfer-out": _transfer_out(stage),
        "dispute": _dispute(stage, account),
        **make_repayment_items(stage),
        **_deaths(stage),
        **make_application_items(stage),
        **make_loan_items(stage),
        **late_documents(stage),
    }


def _deaths(stage: Stage) -> dict[str, Any]:
    """One death that is reported wrongly, and one with heirs who wait."""
    wrong, left = (add_payer(stage) for _ in range(2))
    report = die(stage, wrong)
    die(stage, left, certificate_no="亡2")
    return {
        "death": report,
        "death-undone": live(stage, wrong),
        "inheritance": inherit(stage, left, [claim()]),
    }


def _dispute(stage: Stage, account: MemberAccount) -> Any:
    return accept_dispute(
        member_account=account,
        claim="少记一笔",
        claimed_fen=None,
        business_date=stage.day,
        clerk=stage.clerk,
    )


def _takeover(stage: Stage) -> Any:
    """A workbook of one account that waits for its second person."""
    hall = TakeoverHall(stage, stage.colleague(f"{stage.centre.code}-finance", Role.FINANCE))
    rows = several(1, first=900)
    document = hall.hand_in(workbook(rows), hall.trial(rows).totals)
    return submit_takeover(document=document, by=hall.finance)


def _surplus(stage: Stage) -> Any:
    """Last year's value-added income; the hall was founded this year, so there is none."""
    request = SurplusRequest(
        year=stage.day.year - 1,
        management_fee_fen=0,
        resolution_no="管委会1号",
        resolution_date=stage.day,
    )
    return submit_surplus(
        centre=stage.centre, request=request, business_date=stage.day, by=stage.supervisor
    )


def _correction(stage: Stage) -> Any:
    return submit_correction(
        entry=add_payer(stage).deposits.get().entry,
        reason="金额录错",
        business_date=stage.day,
        by=stage.clerk,
    )


def _reissue(stage: Stage) -> Any:
    """Another card for a payment that the bank sent back."""
    payout = withdraw(stage, add_payer(stage))
    finance = stage.colleague(f"{stage.centre.code}-payer", Role.FINANCE)
    bounce_payout(payout=payout, failure="已销户", business_date=stage.day, by=finance)
    return submit_reissue(
        payout=payout,
        bank="工商银行",
        card="6222020000000000017",
        check_no="三要素1",
        business_date=stage.day,
        clerk=stage.clerk,
    )


def _merge(stage: Stage) -> Any:
    """Two accounts of one person, opened under two numbers."""
    born = dt.date(1985, 5, stage.centre.pk % 28 + 1)
    closing, kept = (
        stage.open_account(name="买买提·艾力", born=born, number=number_of(born, place))
        for place in (11, 12)
    )
    return submit_merge(
        member_account=closing,
        target=kept,
        proof="户籍证明1",
        business_date=stage.day,
        by=stage.clerk,
    )


def _conversion(stage: Stage) -> Any:
    return submit_conversion(
        member_account=add_payer(stage),
        request=ConversionRequest(to_identity="UNIT", unit_name="某某公司", proof="证明1"),
        business_date=stage.day,
        by=stage.clerk,
    )


def _transfer_in(stage: Stage) -> Any:
    return submit_transfer_in(
        member_account=add_payer(stage),
        other_code="510100",
        other_name="成都中心",
        other_account="51010000001",
        bank="工商银行",
        card="370600000000001",
        business_date=stage.day,
        by=stage.clerk,
    )


def _transfer_out(stage: Stage) -> Any:
    letter = LetterReceived(
        letter_no=f"LX-{stage.centre.code}",
        other_code="510100",
        other_name="成都中心",
        other_account="51010000002",
        payee="成都中心",
        bank="工商银行",
        card="510100000000001",
    )
    return submit_transfer_out(
        member_account=add_payer(stage),
        letter=letter,
        business_date=stage.day,
        by=stage.clerk,
    )


def _paper(stage: Stage, item_number: str) -> int:
    """Hand in a scan with a document; returns its key."""
    form = {"token": uuid.uuid4(), "business_date": stage.day, "by": stage.clerk}
    paper = keep_paper(code="IDENTITY_DOCUMENT", name="1.jpg", content=a_jpeg(), **form)
    seal_papers(item_number=item_number, kept_until=stage.day.replace(year=2056), **form)
    return paper.pk


def _freeze(stage: Stage, account: MemberAccount) -> Any:
    return submit_freeze(
        member_account=account,
        amount_fen=100,
        court="喀什市人民法院",
        order_no=f"冻1-{stage.centre.code}",
        from_date=stage.day,
        until_date=stage.day.replace(year=stage.day.year + 1),
        business_date=stage.day,
        by=stage.supervisor,
    )


def _ban(stage: Stage, account: MemberAccount) -> Any:
    return submit_ban(
        member=account.member,
        kind="FRAUDULENT_WITHDRAWAL",
        decided_date=stage.day,
        document_no=f"限1-{stage.centre.code}",
        business_date=stage.day,
        by=stage.supervisor,
    )


def _lift(stage: Stage, account: MemberAccount) -> Any:
    order = _freeze(stage, account)
    approve_freeze(freeze=order, digest=order.digest, by=stage.checker)
    return propose_lift(freeze=order, order_no="解1", business_date=stage.day, by=stage.supervisor)


def _person(stage: Stage, account: MemberAccount) -> Any:
    return submit_person_change(
        member=account.member,
        kind="NAME",
        new_name="热娜",
        evidence_no="公安证明1",
        business_date=stage.day,
        clerk=stage.clerk,
    )


def _change(stage: Stage, account: MemberAccount) -> Any:
    return change_contact(
        member_account=account,
        phone="13900000099",
        address="解放路1号",
        business_date=stage.day,
        document_no=f"CT-{stage.centre.code}",
        clerk=stage.clerk,
    )


def _breach(stage: Stage, account: MemberAccount) -> Any:
    return submit_breach(
        member_account=account,
        code="ARREARS",
        happened_date=stage.day,
        notice_no="违1",
        business_date=stage.day,
        clerk=stage.clerk,
    )
