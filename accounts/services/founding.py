"""What stands after an opening: member, papers, account, lines in the books, agreement, mandate."""

import datetime as dt

from accounts.contract import signed_law
from accounts.errors import BadField
from accounts.facts import EligibilityFacts
from accounts.models import (
    Agreement,
    DebitMandate,
    IdentityDocument,
    ManagedAccount,
    Member,
    MemberAccount,
    Opening,
)
from accounts.queries import find_member_by_number
from accounts.services.checks import read_name
from kernel.documents import Sex
from kernel.names import full_pinyin, pinyin_keys
from ledger.chart import Code
from ledger.services import open_member_account
from office.fields import blind_index
from office.models import Branch, Centre
from office.services import next_number
from policy.book import PolicyBook


def found_account(
    opening: Opening, facts: EligibilityFacts, book: PolicyBook, business_date: dt.date
) -> MemberAccount:
    """Make the account of an approved opening, and the member where the person is new.

    Call it in the transaction of the approval.
    """
    centre = opening.centre
    known = find_member_by_number(centre, opening.document_number)
    earlier = known is not None and known.member_accounts.exists()
    member = known or _register_member(opening, facts, book, business_date)
    branch = opening.branch
    if branch is None:
        raise BadField("branch")
    number = _account_number(centre, business_date)
    lines = [
        open_member_account(
            centre=centre, control_code=code, code=f"{code}.{number}", name=member.name
        )
        for code in (Code.FLEX_DEPOSITS, Code.UNIT_DEPOSITS)
    ]
    account = MemberAccount.objects.create(
        centre=centre,
        branch=branch,
        managed_account=get_managed_account(branch),
        member=member,
        number=number,
        first_time=bool(opening.facts["first_time"]) and not earlier,
        opened_date=business_date,
        flex_ledger_account=lines[0],
        unit_ledger_account=lines[1],
    )
    Agreement.objects.create(
        member_account=account,
        version=1,
        mode=opening.facts["mode"],
        monthly_amount_fen=opening.facts["monthly_amount_fen"],
        signed_date=business_date,
        effective_month=business_date.replace(day=1),
        **signed_law(book),
    )
    DebitMandate.objects.create(
        member_account=account,
        version=1,
        bank=opening.bank,
        card=opening.card,
        card_index=blind_index(opening.card),
        card_last4=opening.card[-4:],
        debit_day=opening.facts["debit_day"],
        signed_date=business_date,
        effective_date=business_date,
    )
    return account


def _register_member(
    opening: Opening, facts: EligibilityFacts, book: PolicyBook, business_date: dt.date
) -> Member:
    left = opening.facts["left_school_date"]
    member = Member.objects.create(
        centre=opening.centre,
        name=opening.name,
        name_key=read_name(opening.name),
        pinyin=full_pinyin(opening.name),
        initials=f" {' '.join(pinyin_keys(opening.name))} ",
        birth_date=facts.birth_date,
        sex=facts.sex.value,
        retirement_category=_category(facts, book),
        phone=opening.phone,
        phone_index=blind_index(opening.phone) if opening.phone else "",
        employment=opening.facts["employment"],
        occupation=opening.facts["occupation"],
        industry_chain=opening.facts["industry_chain"],
        subsidy_category=opening.facts["subsidy_category"],
        left_school_date=dt.date.fromisoformat(left) if left else None,
    )
    IdentityDocument.objects.create(
        member=member,
        centre=opening.centre,
        document_type=opening.document_type,
        number=opening.document_number,
        number_index=opening.number_index,
        recorded_date=business_date,
    )
    return member


def _category(facts: EligibilityFacts, book: PolicyBook) -> str:
    """Give the declared series of the retirement age, or the one the law takes by default."""
    if facts.category is not None:
        return facts.category.value
    if facts.sex is Sex.M:
        return Member.Category.MEN_60
    return book.choice("retirement.women_default")


def get_managed_account(branch: Branch) -> ManagedAccount:
    """Give the branch's central managed account; it is opened with its first member."""
    account, _is_new = ManagedAccount.objects.get_or_create(
        branch=branch,
        defaults={
            "centre": branch.centre,
            "number": f"M{branch.centre_id:03d}{branch.pk:05d}",
            "name": branch.name,
        },
    )
    return account


def _account_number(centre: Centre, business_date: dt.date) -> str:
    """Give the next number: three digits of the centre, two of the year, seven counted up."""
    counted = next_number(centre, "AC", business_date).rpartition("-")[2]
    return f"{centre.pk:03d}{business_date:%y}{int(counted):07d}"
