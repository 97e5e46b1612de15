"""What the help says of each page: what it is for, how one goes on, what to do when refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """The help of one page; ``law`` names the subjects of the policy book that rule it."""

    purpose: str | Promise
    steps: tuple[str | Promise, ...] = ()
    refused: str | Promise = ""
    law: tuple[str, ...] = ()


PAGES: Mapping[str, Help] = {
    "desk": Help(
        purpose=_(
            "Begin here: find the person who stands in front of you, and see what waits for you."
        ),
        steps=(
            _(
                "Type a document number, name, initials, phone or account number; Enter opens "
                "the hit, or goes to the first of several."
            ),
            _(
                "Returned items show the reason: open one, then do the business again with what "
                "was missing."
            ),
        ),
        refused=_("Nobody was found: type fewer signs, or open an account with Alt+1."),
    ),
    "sign-in": Help(
        purpose=_("Sign in with your own name; what you do is kept under it."),
        steps=(
            _("After five wrong passwords the name rests for fifteen minutes at this address."),
        ),
        refused=_("The password is not known any more: the security administrator sets a new one."),
    ),
    "inbox": Help(
        purpose=_(
            "What colleagues handed in and waits for a second person, what is due first on top."
        ),
        steps=(
            _(
                "Open an item, look at its papers (F8) and grounds, then approve it or return "
                "it with a reason."
            ),
            _("An answer on paper counts only when both persons read the same."),
        ),
        refused=_("Nobody decides what they made: a colleague finds it in their own inbox."),
    ),
    "opening": Help(
        purpose=_("Open an account for a person without an employer."),
        steps=(
            _("Type the number first: birth and sex follow from it. Add the scans, then check."),
            _(
                "The check asks the outside registers and says what the law says; nothing is "
                "kept before you hand it in."
            ),
        ),
        refused=_(
            "Each reason says what would have to change, and from when. A register that stays "
            "silent is answered on paper by two persons."
        ),
        law=("eligibility", "identity"),
    ),
    "opening-check": Help(
        purpose=_("What the law says of the opening, and what would be created."),
        steps=(
            _(
                "Look at each ground; Ctrl+Enter hands it to a second person, Esc goes back to "
                "the form."
            ),
        ),
        refused=_("A refusal can be printed as a notice (Ctrl+P) and is kept."),
        law=("eligibility", "identity"),
    ),
    "item": Help(
        purpose=_(
            "One document: what it says, why it was decided so, its papers, what was booked."
        ),
        steps=(
            _("Its maker sees how it stands; the second person approves or returns it."),
            _("F8 shows the scans beside the page; every look is kept in the audit trail."),
        ),
        refused=_("It has changed since it was handed in: return it, and have it handed in anew."),
    ),
    "member": Help(
        purpose=_("Who this is, how much there is, and what may be done today."),
        steps=(
            _(
                "Alt and the number beside a business opens it; what may not be done says why, "
                "with the clause."
            ),
            _("A masked number is shown in full with a reason only, and the look is kept."),
        ),
        refused=_("The account is not of your centre: only its own centre sees it."),
    ),
    "search": Help(
        purpose=_("Everybody whom the typed signs may mean."),
        steps=(_("Arrow keys choose a row, Enter opens it."),),
        refused=_("Nobody was found: type fewer signs."),
    ),
    "settled": Help(
        purpose=_("How interest and subsidies of a year came about, day by day and fen by fen."),
        steps=(_("The sums at the end are what was booked on 30 June."),),
        law=("interest", "subsidy"),
    ),
    "settlements": Help(
        purpose=_("The settlements of your centre, by fund year."),
        steps=(_("A supervisor previews, a second one approves; both work in the admin."),),
        law=("interest", "subsidy"),
    ),
    "loan": Help(
        purpose=_(
            "One loan on one page: what was agreed, what is owed today, every instalment, every "
            "payment and where it went."
        ),
        steps=(
            _("The line at the top says what is due and what would pay the loan off today."),
            _("Before it is paid out, a clerk asks the platform again here once an answer is old."),
            _("In a new year the sums count with the new rate before it is written down."),
            _("Businesses of the loan stand on the member's page, under “Loan”."),
        ),
        law=("loan", "loan_rate", "offset"),
    ),
    "surplus": Help(
        purpose=_(
            "Distribute a calendar year's value-added income: risk reserve, management fee, "
            "public housing. The books say what came in and went out."
        ),
        steps=(
            _("Type the committee's resolution and the approved fee; the rest is computed."),
            _("A supervisor approves; then the year's income and expense are closed."),
        ),
        refused=_("A fee that does not fit is lowered, or the year waits for another resolution."),
        law=("reserve", "accounting"),
    ),
    "decision": Help(
        purpose=_("A decision as it was made, with the values of the law it read."),
        steps=(_("Ctrl+P prints it as a notice."),),
    ),
    "drawer": Help(
        purpose=_(
            "Close your drawer at the end of your day: what you booked, beside what you count."
        ),
        steps=(
            _(
                "Count vouchers and money, type both, sign; afterwards you book nothing more "
                "that day."
            ),
        ),
        refused=_("The counts differ: look for the entry in the list, or write down why and sign."),
    ),
    "drawers": Help(
        purpose=_("All drawers of the day: who closed, who differs, what is still open."),
        steps=(_("A closed drawer is reopened with a reason, which stays on record."),),
    ),
    "drawer-closing": Help(
        purpose=_("One signed closing, as it was signed."),
        steps=(_("A supervisor may reopen it with a reason."),),
    ),
    "calculators": Help(
        purpose=_("What if: every number a person may ask for, without touching an account."),
        steps=(_("Choose one with Tab and Enter."),),
    ),
    "calculator": Help(
        purpose=_("Answer a question by the law of a day; nothing is kept."),
        steps=(
            _(
                "Fill in what is known and press Ctrl+Enter; the grounds and values stand below "
                "the answer."
            ),
        ),
        refused=_("A field is named with what was seen and what is expected."),
    ),
    "takeovers": Help(
        purpose=_("Take over members and balances from another system, by workbook."),
        steps=(
            _(
                "Fill the template, upload it, mend the rows it names, compare the totals, hand "
                "it in."
            ),
        ),
        refused=_("Errors name row, column and next step; nothing is taken over in part."),
    ),
    "takeover": Help(
        purpose=_("One workbook: its errors or totals, and how far it is."),
        steps=(_("The typed totals must equal the computed ones before it is handed in."),),
    ),
    "lists": Help(
        purpose=_("Everything the centre has many of: accounts, documents, payouts, decisions."),
        steps=(_("Choose a list; each one can be filtered, sorted, summed and exported."),),
    ),
    "list": Help(
        purpose=_("One list, filtered and sorted as its address says."),
        steps=(
            _("Fill in a filter and press Enter; a heading sorts, once more turns it round."),
            _("Keep a filter under a name, for yourself or for the whole centre."),
            _("Export to Excel or CSV; numbers are masked unless you may see them and say why."),
        ),
        refused=_("Whoever may not export lists exports what they did themselves today."),
    ),
    "transfers": Help(
        purpose=_("Transfers in and out, and how far each is with the other centre."),
        steps=(_("Each message of the exchange is noted; money is booked when it has come."),),
        law=("transfer",),
    ),
    "disputes": Help(
        purpose=_("Complaints about balances, what is due first on top."),
        steps=(_("Each step is noted with its day; the answer names its entry or its reason."),),
        law=("deadline",),
    ),
    "payouts": Help(
        purpose=_("What is to be paid to members, and what the bank did with it."),
        steps=(
            _("Confirm with the number of the bank's receipt; each receipt ends one payout."),
            _("A payment that the bank sent back is written down with its reason; it stays owed."),
            _("The member brings another card, or the money is booked back into the account."),
            _("What nobody knows the end of is asked after at the bank and stays to be paid."),
        ),
        refused=_("Who took in or approved it does not confirm it: ask a colleague of finance."),
    ),
    "certificates": Help(
        purpose=_("Papers to hand to the member: statements, certificates, agreements."),
        steps=(_("Choose the period, then print; each copy has a serial number and a code."),),
    ),
    "verify-print": Help(
        purpose=_("Tell whether a printed paper is ours, by its code."),
        steps=(_("Type the code; compare name, number and amount with the paper in your hand."),),
        refused=_("The code is not known: keep the paper and tell a supervisor."),
    ),
    "papers-draft": Help(
        purpose=_("The papers of the form that is being filled in."),
        steps=(_("Add a file for each paper that is asked for; F8 shows them beside the form."),),
        refused=_(
            "A file that is no scan is refused whatever its name says: scan or photograph the "
            "paper."
        ),
        law=("papers",),
    ),
}

# Addresses that only act, or show a part: the page that they belong to explains them.
PART_OF: Mapping[str, str] = {
    "sign-out": "sign-in",
    "still-here": "sign-in",
    "language": "desk",
    "change-person": "desk",
    "help": "desk",
    "opening-submit": "opening-check",
    "check-enter": "opening-check",
    "check-confirm": "inbox",
    "item-approve": "item",
    "item-return": "item",
    "item-refuse": "item",
    "item-cancel": "item",
    "loan-reading": "item",
    "loan-answer": "member",
    "loan-ask": "loan",
    "reveal": "member",
    "agreement-text": "member",
    "paper": "item",
    "paper-small": "item",
    "print": "certificates",
    "dispute-step": "disputes",
    "payout-end": "payouts",
    "transfers-exchange": "transfers",
    "transfer-end": "transfers",
    "transfer-pay": "transfers",
    "drawer-export": "drawer",
    "drawer-reopen": "drawer-closing",
    "list-export": "list",
    "list-keep": "list",
    "list-forget": "list",
    "surplus-check": "surplus",
    "surplus-submit": "surplus",
    "takeover-template": "takeovers",
    "takeover-hand-in": "takeovers",
    "takeover-errors": "takeover",
    "takeover-submit": "takeover",
    "takeover-drop": "takeover",
}

# What each business of an account is for, and the subjects of its law.
BUSINESS_PURPOSES: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "deposit": (_("Take in a contribution."), ("contribution",)),
    "large-deposit": (
        _("Take in a contribution above what one person books alone; a second person signs."),
        ("contribution", "approval"),
    ),
    "withdrawal": (
        _("Take in a withdrawal by its ground; a second person approves it, then it is paid."),
        ("withdrawal",),
    ),
    "household": (_("Record a marriage, its end, or a declaration of being single."), ("papers",)),
    "agreement": (
        _("Change mode or amount of the contribution from next month."),
        ("contribution", "agreement"),
    ),
    "seal": (_("Seal the account: nothing more is paid in until it is unsealed."), ("dormancy",)),
    "unseal": (_("Unseal the account with a monthly amount agreed on anew."), ("dormancy",)),
    "mandate": (_("Change card, bank or debit day."), ("agreement",)),
    "breach": (_("Note a breach of the agreement, with the notice that was sent."), ("agreement",)),
    "contact": (_("Change phone or address."), ()),
    "person": (
        _("Change name or identity document, with the paper that proves it."),
        ("identity",),
    ),
    "freeze": (_("Freeze the account or a sum by order of a court."), ("withdrawal",)),
    "lift": (_("End a freeze or a ban by a document."), ("withdrawal",)),
    "ban": (_("Bar a person after a fraudulent withdrawal or loan."), ("withdrawal",)),
    "reissue": (
        _("Pay again, to another card, what the bank has sent back; a second person approves it."),
        ("approval",),
    ),
    "correction": (
        _("Undo a wrong entry: cancelled on the same day, reversed later."),
        ("interest",),
    ),
    "dispute": (
        _("Take in a complaint about a balance; it is answered within days."),
        ("deadline",),
    ),
    "exit": (
        _("Leave of one's own will: balance with interest to the day, paid and closed."),
        ("exit",),
    ),
    "transfer-in": (_("Take in money from another centre."), ("transfer",)),
    "transfer-out": (_("Send the account to another centre."), ("transfer",)),
    "convert": (_("Convert between employee and flexible worker."), ("transfer",)),
    "merge": (_("Join two accounts of one person."), ("transfer",)),
    "death": (
        _("Report a death by its certificate: the account is sealed, and heirs are paid next."),
        ("papers",),
    ),
    "death-undone": (
        _("Take back a death that was reported wrongly, by another paper and two persons."),
        ("papers",),
    ),
    "inheritance": (
        _("Pay heirs by their parts, everything with interest to the day, each to an own card."),
        ("inheritance", "withdrawal"),
    ),
    "no-heirs": (
        _("Hand money that nobody inherits to the value-added income, by a court's declaration."),
        ("inheritance",),
    ),
}

BUSINESS_STEPS = (
    _("Fill in; Enter goes to the next field. Add the scans that are asked for."),
    _("Ctrl+Enter checks: what would be booked, and each ground with its clause."),
    _("Ctrl+Enter again hands it in. A second click, a reload or a lost answer does it once."),
)
BUSINESS_REFUSED = _(
    "Read the first line: it names the reason that decides and, where time cures it, the day. "
    "Ctrl+P prints the notice."
)

# The keyboard, the same on every page.
KEYS: tuple[tuple[str, str | Promise], ...] = (
    ("?", _("this help; F1 too")),
    ("/ F3", _("to the search box")),
    ("Alt+1 … 9", _("the business or button with this sign")),
    ("Enter", _("to the next field, or open the row")),
    ("Ctrl+Enter", _("check, hand in, approve")),
    ("Esc", _("back, or leave without doing anything")),
    ("↑ ↓", _("through the rows of a list")),
    ("F8", _("papers beside the page; + − 0 R PageUp PageDown inside")),
    ("Ctrl+P", _("print")),
)
