"""What a clerk types of a loan application, and what cannot be right whatever the law says."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.services.checks import read_name, read_number, read_text
from kernel.documents import DocumentType
from kernel.money import MAX_FEN
from loans.facts import LONGEST_TERM, Product, Purpose, RepaymentMethod, SecurityKind
from loans.granting import REFINANCING

_HOMES = 2
_MOST_GUARANTORS = 5
_MISSED = 1_000
_MOST_CENTI = 10_000_000  # 100,000 m²: a slip of the comma, not a home
_TEXTS = {"address": 160, "purchase_no": 64, "security_note": 160}


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRecord:
    """What the credit report says of a person: missed instalments of any loan in the window."""

    overdue_in_a_row: int = 0
    overdue_total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GuarantorNamed:
    """Somebody who stands surety, by their identity document."""

    name: str
    document_type: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanRequest:
    """What is asked for, which home, and what people say of themselves; amounts in fen.

    ``bank``, ``bank_contract_no`` and ``bank_part_fen`` belong to combination loans (what the bank
    lends) and to those that take a bank's place (what is still owed to it). The spouse is not
    typed: the register knows; ``spouse_borrows`` says whether the spouse signs too.
    """

    product: str
    purpose: str
    asked_fen: int
    term_months: int
    method: str
    home_number: int
    price_fen: int
    area_centi: int
    address: str
    purchase_date: dt.date
    purchase_no: str
    family_income_fen: int
    security: str
    security_note: str
    is_local: bool = True
    is_green: bool = False
    is_insured: bool = False
    spouse_borrows: bool = True
    bank: str = ""
    bank_contract_no: str = ""
    bank_part_fen: int = 0
    own_record: CreditRecord = CreditRecord()
    spouse_record: CreditRecord = CreditRecord()
    guarantors: tuple[GuarantorNamed, ...] = ()


def check_request(request: LoanRequest) -> None:
    """Refuse a form that cannot be right, before anything is asked of the law.

    Raises:
        BadField: naming the first wrong field, what was seen and what is expected.
    """
    for name, codes in (
        ("product", Product),
        ("purpose", Purpose),
        ("method", RepaymentMethod),
        ("security", SecurityKind),
    ):
        value = getattr(request, name)
        if value not in list(codes):
            raise BadField(name, seen=value or " ", expected=", ".join(codes))
    for name in ("asked_fen", "price_fen", "family_income_fen"):
        _in_range(name, getattr(request, name), 1, MAX_FEN)
    _in_range("bank_part_fen", request.bank_part_fen, 0, MAX_FEN)
    _in_range("term_months", request.term_months, 1, LONGEST_TERM)
    _in_range("home_number", request.home_number, 1, _HOMES)
    _in_range("area_centi", request.area_centi, 1, _MOST_CENTI)
    for name, most in _TEXTS.items():
        read_text(name, getattr(request, name), most)
    for record, whose in ((request.own_record, "own"), (request.spouse_record, "spouse")):
        _in_range(f"{whose}_in_a_row", record.overdue_in_a_row, 0, _MISSED)
        _in_range(f"{whose}_total", record.overdue_total, record.overdue_in_a_row, _MISSED)
    _check_bank(request)
    _check_guarantors(request)


def _check_bank(request: LoanRequest) -> None:
    """Ask for the bank, its contract and its sum where another loan belongs to this one."""
    with_bank = request.product == Product.COMBINATION or request.product in REFINANCING
    if with_bank:
        read_text("bank", request.bank, 40)
        _in_range("bank_part_fen", request.bank_part_fen, 1, MAX_FEN)
        if request.product in REFINANCING:
            read_text("bank_contract_no", request.bank_contract_no, 64)
        return
    if request.bank_part_fen:
        expected = _("nothing, as no bank belongs to this kind of loan")
        raise BadField("bank_part_fen", seen=str(request.bank_part_fen), expected=expected)


def _check_guarantors(request: LoanRequest) -> None:
    if len(request.guarantors) > _MOST_GUARANTORS:
        seen = str(len(request.guarantors))
        raise BadField("guarantors", seen=seen, expected=f"0–{_MOST_GUARANTORS}")
    for one in request.guarantors:
        if one.document_type not in list(DocumentType):
            expected = ", ".join(DocumentType)
            raise BadField("guarantors", seen=one.document_type or " ", expected=expected)
        try:
            read_name(one.name)
            read_number(DocumentType(one.document_type), one.number)
        except BadField as wrong:
            raise BadField("guarantors", wrong.message) from wrong


def _in_range(name: str, value: int, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:
        raise BadField(name, seen=str(value), expected=f"{least}–{most}")
