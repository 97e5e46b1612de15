"""What a member signs: the agreement on contribution and use, and the debit mandate."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Agreement, DebitMandate, MemberAccount
from accounts.queries import find_mandate
from fundcenter.prints.paper import Block, Facts, Paper, Signatures, Table, Text
from fundcenter.prints.parts import Ask, NothingToPrint, day, in_words, person_rows
from policy.records import read_value
from policy.values import Citation
from policy.wording import describe_citations, describe_key, describe_value


def make_agreement(account: MemberAccount, ask: Ask) -> Paper:
    """Print the latest version of the agreement (缴存使用协议) as it was signed.

    A version that keeps its text prints it article by article; an older one its clauses.

    Raises:
        NothingToPrint: none was ever signed.
    """
    agreement = account.agreements.order_by("-version").first()
    if agreement is None:
        said = _("No agreement was signed for account %(number)s.")
        raise NothingToPrint(said % {"number": account.number})
    return Paper(
        title=_("Agreement on contribution to and use of the housing provident fund"),
        scope=f"v{agreement.version}",
        blocks=(
            Facts(
                (
                    (_("Party A"), account.centre.name),
                    (_("Branch"), account.branch.name),
                    (_("Party B"), account.member.name),
                    *person_rows(account, full=True)[1:],
                    (_("Phone"), account.member.masked_phone or "—"),
                )
            ),
            Facts(tuple(_terms(agreement))),
            *_text_as_signed(agreement),
            Signatures((_("Party A (seal)"), _("Party B (signature)"), _("Date"))),
        ),
        notes=(_("What is marked “set” was set by the centre, because the text is silent."),),
    )


def make_mandate(account: MemberAccount, ask: Ask) -> Paper:
    """Print the running debit mandate (委托收款协议), with the card's full number for the bank.

    Raises:
        NothingToPrint: no mandate runs.
    """
    mandate = find_mandate(account)
    if mandate is None:
        said = _("No debit mandate runs for account %(number)s.")
        raise NothingToPrint(said % {"number": account.number})
    return Paper(
        title=_("Mandate for entrusted collection"),
        scope=f"v{mandate.version}",
        lead=_("The payer lets the centre collect contributions from the card below."),
        blocks=(
            Facts((*person_rows(account, full=True), *_mandate_rows(mandate))),
            Facts(((_("Collected for"), account.centre.name),), pairs=1),
            Signatures((_("Payer (signature)"), _("Seal of the centre"), _("Seal of the bank"))),
        ),
        notes=(_("The card must be the payer's own. A new mandate ends this one."),),
    )


def _terms(agreement: Agreement) -> list[tuple[str, str]]:
    rows = [
        (pgettext("paper", "Version"), str(agreement.version)),
        (_("Signed on"), day(agreement.signed_date)),
        (_("In effect from"), day(agreement.effective_month)),
        (_("State of the agreement"), agreement.get_state_display()),
        (_("Mode of contribution"), agreement.get_mode_display()),
    ]
    if agreement.monthly_amount_fen:
        rows.append((_("Monthly amount"), in_words(agreement.monthly_amount_fen)))
    return rows


def _text_as_signed(agreement: Agreement) -> tuple[Block, ...]:
    return write_articles(agreement.document) or (_table_of_clauses(agreement),)


def write_articles(document: Mapping[str, Any]) -> tuple[Block, ...]:
    """Write a text as signed, article by article, each clause with what it rests on."""
    return tuple(
        Text(
            paragraphs=tuple(_paragraph(clause) for clause in article["clauses"]),
            title=article["title"],
            marks=tuple(f"{place}." for place in range(1, len(article["clauses"]) + 1)),
        )
        for article in document.get("articles", [])
    )


def _paragraph(clause: dict[str, Any]) -> str:
    """Write a clause with what it rests on: its citations, and whether the centre set it."""
    cited = describe_citations([Citation.parse(text) for text in clause["citations"]])
    basis = _basis(cited, assumed=clause["assumed"])
    return f"{clause['text']}（{basis}）" if basis else str(clause["text"])


def _basis(cited: Sequence[str], *, assumed: bool) -> str:
    mark = _("set") if assumed else ""
    return "，".join(part for part in ("；".join(cited), mark) if part)


def _table_of_clauses(agreement: Agreement) -> Table:
    return Table(
        head=(_("What was agreed on"), pgettext("paper", "Value"), _("Clause")),
        rows=tuple(_clauses(agreement)),
        widths=(4, 3, 4),
        title=_("Terms by the law of the day of signing"),
    )


def _clauses(agreement: Agreement) -> list[tuple[str, str, str]]:
    rows = []
    for record in agreement.clauses:
        value = read_value(record)
        basis = _basis(describe_citations(value.citations), assumed=value.assumed)
        rows.append((describe_key(value.key), describe_value(value), basis or "—"))
    return rows


def _mandate_rows(mandate: DebitMandate) -> list[tuple[str, str]]:
    return [
        (_("Bank"), mandate.bank),
        (_("Card number"), mandate.card),
        (_("Day of debit"), _("day %(day)s of the month") % {"day": mandate.debit_day}),
        (_("Signed on"), day(mandate.signed_date)),
        (pgettext("paper", "Version"), str(mandate.version)),
    ]
