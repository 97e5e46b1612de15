"""A new value of the law: entered by one supervisor, approved by another, for the future only."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from office.documents import approve, cancel, return_, submit
from office.models import Centre, User
from office.services import next_number, require_permission
from policy.loader import Source as PackSource
from policy.loader import load_catalogue
from policy.models import Clause, ParameterValue, Proposal
from policy.queries import get_chain
from policy.services.baseline import columns_of, renew_edition, shown_of, store_source
from policy.values import BadValue, Citation, Value


class BadProposal(ValueError):
    """What is proposed cannot become law; ``field`` names the field to correct."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True)
class ProposedValue:
    """What a supervisor enters.

    ``printed`` is as the document prints it; None unsets the parameter. The value cites clauses
    that exist, brings a new document with its clause, or is assumed with a reason.
    """

    jurisdiction: str
    key: str
    printed: Any
    effective_from: dt.date
    effective_until: dt.date | None = None
    citations: tuple[Citation, ...] = ()
    assumed: bool = False
    carried: bool = False
    reason: str = ""
    document_title: str = ""
    document_number: str = ""
    document_clause: str = ""
    document_gist: str = ""
    demo: bool = False


@transaction.atomic
def propose(*, value: ProposedValue, centre: Centre, business_date: dt.date, by: User) -> Proposal:
    """Enter a new value and hand it to the second person.

    Args:
        centre: whose supervisors decide; it reads the value's jurisdiction.
        business_date: the day of entry; the value begins after it.

    Returns:
        The proposal, submitted. It changes nothing until it is approved.

    Raises:
        BadProposal: naming the field, what was seen and what is expected.
        NotAllowed: the person may not propose for this centre.
    """
    require_permission(by, Proposal.submit_permission, centre)
    checked = _checked(value, centre, business_date)
    proposal = Proposal.objects.create(
        **columns_of(checked),
        effective_from=value.effective_from,
        document_title=value.document_title,
        document_number=value.document_number,
        document_clause=value.document_clause,
        document_gist=value.document_gist,
        number=next_number(centre, "PP", business_date),
        centre=centre,
        branch=by.branch,
        business_date=business_date,
        made_by=by,
    )
    return submit(document=proposal, by=by, shown=shown_of(proposal))


@transaction.atomic
def approve_proposal(
    *, proposal: Proposal, by: User, digest: str, business_date: dt.date
) -> ParameterValue:
    """Approve what was shown, and make it law from its day on.

    Args:
        digest: the digest of the page the second person looked at.
        business_date: the day of approval; the value begins after it.

    Returns:
        The new value. What was in force stays for the days before.

    Raises:
        BadProposal: its first day has come meanwhile; return it, and propose a later day.
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
    """
    proposal = approve(document=proposal, by=by, digest=digest)
    begins = proposal.effective_from or business_date + dt.timedelta(days=1)
    if begins <= business_date and not proposal.reaches_back:
        raise _not_future(begins, business_date)
    if proposal.effective_until is not None and proposal.effective_until <= begins:
        raise BadProposal("effective_until", gettext("The period has ended. Return the proposal."))
    citations = proposal.citations
    if proposal.document_title:
        citations = "\n".join(filter(None, [citations, str(_store_document(proposal))]))
    last = (
        ParameterValue.objects.filter(
            jurisdiction=proposal.jurisdiction, key=proposal.key, effective_from=begins
        )
        .order_by("-revision")
        .first()
    )
    row = ParameterValue.objects.create(
        jurisdiction=proposal.jurisdiction,
        key=proposal.key,
        unit=proposal.unit,
        printed=proposal.printed,
        effective_from=begins,
        effective_until=proposal.effective_until,
        citations=citations,
        assumed=proposal.assumed,
        carried=proposal.carried,
        reason=proposal.reason,
        demo=proposal.demo,
        revision=last.revision + 1 if last else 1,
        origin=ParameterValue.Origin.AMENDMENT,
        proposal=proposal,
    )
    renew_edition()
    return row


def return_proposal(*, proposal: Proposal, by: User, reason: str) -> Proposal:
    """Give the proposal back with the reason; what it proposed is not made law.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=proposal, by=by, reason=reason)


def cancel_proposal(*, proposal: Proposal, by: User) -> Proposal:
    """Withdraw one's own undecided proposal.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return cancel(document=proposal, by=by)


def _checked(value: ProposedValue, centre: Centre, business_date: dt.date) -> Value:
    """Refuse what the policy files would refuse as well; give the value as rules would read it."""
    parameter = load_catalogue().get(value.key)
    if parameter is None:
        raise BadProposal("key", gettext("“%(key)s” is no parameter.") % {"key": value.key})
    chain = get_chain(centre.code)
    if value.jurisdiction not in chain:
        raise BadProposal(
            "jurisdiction",
            gettext("%(centre)s does not read “%(seen)s”; choose one of: %(known)s.")
            % {"centre": centre.name, "seen": value.jurisdiction, "known": ", ".join(chain)},
        )
    if value.effective_from <= business_date:
        raise _not_future(value.effective_from, business_date)
    if value.effective_until is not None and value.effective_until <= value.effective_from:
        raise BadProposal("effective_until", gettext("It must lie after the first day."))
    _check_grounds(value)
    try:
        return Value(
            key=value.key,
            jurisdiction=value.jurisdiction,
            unit=parameter.unit,
            printed=value.printed,
            effective_from=value.effective_from,
            effective_until=value.effective_until,
            citations=value.citations,
            assumed=value.assumed,
            carried=value.carried,
            reason=value.reason.strip(),
            demo=value.demo,
            choices=parameter.choices,
        )
    except BadValue as problem:
        raise BadProposal("printed", problem.problem) from problem


def _check_grounds(value: ProposedValue) -> None:
    """Refuse a value that rests on nothing, or on clauses nobody knows."""
    for citation in value.citations:
        if not Clause.objects.filter(source__code=citation.source, number=citation.clause).exists():
            raise BadProposal(
                "citations", gettext("No source has the clause %(clause)s.") % {"clause": citation}
            )
    if bool(value.document_title) != bool(value.document_clause):
        raise BadProposal("document_clause", gettext("A document needs its title and its clause."))
    reason = value.reason.strip()
    if (value.assumed or value.printed is None) and not reason:
        raise BadProposal("reason", gettext("An assumed or unset value needs its reason."))
    if value.carried and not value.assumed:
        raise BadProposal("assumed", gettext("A value that is carried on is assumed."))
    if value.printed is not None and not (value.assumed or value.citations or value.document_title):
        raise BadProposal(
            "citations",
            gettext("Name a clause or a document, or mark the value as assumed and say why."),
        )


def _not_future(begins: dt.date, business_date: dt.date) -> BadProposal:
    return BadProposal(
        "effective_from",
        gettext("%(seen)s is not after %(today)s; a value can only begin in the future.")
        % {"seen": begins.isoformat(), "today": business_date.isoformat()},
    )


def _store_document(proposal: Proposal) -> Citation:
    """Make the proposal's own document a source, and cite its clause."""
    code = proposal.number.lower()
    store_source(
        PackSource(
            code=code,
            title=proposal.document_title,
            short=(proposal.document_number or proposal.document_title)[:64],
            number=proposal.document_number,
            issuer=proposal.centre.name,
            effective=proposal.effective_from,
            clauses={proposal.document_clause: proposal.document_gist},
        )
    )
    return Citation(code, proposal.document_clause)
