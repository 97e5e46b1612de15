"""Proofs over members and accounts, recomputed from the rows; see ``ledger.verify``."""

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import guards
from accounts.models import Marriage, MemberAccount, MemberEvent, Opening, OutsideCheck
from ledger.chart import Code
from ledger.verify import Invariant, register
from office.models import Centre

_CLOSED = MemberAccount.State.CLOSED


def one_open_account_per_person(centre: Centre) -> list[str]:
    """P1: no member has two open accounts, and no paper names two members with one each."""
    rows = MemberAccount.objects.filter(centre=centre).exclude(state=_CLOSED).order_by()
    twice = rows.values("member__documents__number_index").annotate(
        accounts=Count("pk", distinct=True)
    )
    wrong = rows.filter(
        member__documents__number_index__in=twice.filter(accounts__gt=1).values(
            "member__documents__number_index"
        )
    )
    return [
        _("account %(number)s: its person has another open one") % {"number": number}
        for number in wrong.order_by("number").values_list("number", flat=True).distinct()
    ]


def openings_rest_on_a_clean_check(centre: Centre) -> list[str]:
    """P2: every account that was opened rests on a clean answer about just this person."""
    wrong = Opening.objects.filter(centre=centre, state=Opening.State.APPROVED).exclude(
        platform_check__result=OutsideCheck.Result.PASS,
        platform_check__number_index=F("number_index"),
        platform_check__kind=OutsideCheck.Kind.PLATFORM,
        platform_check__purpose=OutsideCheck.Purpose.OPENING,
    )
    return [
        _("opening %(number)s has no clean answer of the platform") % {"number": number}
        for number in wrong.values_list("number", flat=True)
    ]


def origins_stand_apart(centre: Centre) -> list[str]:
    """P5: each account has a line of its own below each control account."""
    right = Q(
        flex_ledger_account__control__code=Code.FLEX_DEPOSITS,
        unit_ledger_account__control__code=Code.UNIT_DEPOSITS,
        flex_ledger_account__centre=F("centre"),
        unit_ledger_account__centre=F("centre"),
    )
    wrong = MemberAccount.objects.filter(centre=centre).exclude(right)
    return [
        _("account %(number)s: its lines stand in the wrong books") % {"number": number}
        for number in wrong.values_list("number", flat=True)
    ]


def closed_accounts_are_empty(centre: Centre) -> list[str]:
    """P6: a closed account holds nothing, cannot change, and its closing is on record."""
    closed = MemberAccount.objects.filter(centre=centre, state=_CLOSED)
    full = closed.exclude(
        flex_ledger_account__credits_fen=F("flex_ledger_account__debits_fen"),
        unit_ledger_account__credits_fen=F("unit_ledger_account__debits_fen"),
    )
    silent = closed.exclude(
        pk__in=MemberEvent.objects.filter(kind=MemberEvent.Kind.CLOSED).values("member_account")
    )
    found = [
        _("account %(number)s is closed and holds money") % {"number": number}
        for number in full.values_list("number", flat=True)
    ]
    found += [
        _("account %(number)s was closed without a record") % {"number": number}
        for number in silent.values_list("number", flat=True)
    ]
    return found + guards.check_guards()


def marriages_join_two(centre: Centre) -> list[str]:
    """P3: a marriage has two persons, both of them living in it until the record of its end."""
    rows = Marriage.objects.filter(centre=centre).annotate(
        persons=Count("spouses", distinct=True),
        living=Count("spouses", filter=Q(spouses__is_living=True), distinct=True),
    )
    wrong = rows.exclude(persons=2, ended_date__isnull=True, living=2).exclude(
        persons=2, ended_date__isnull=False, living=0
    )
    return [
        _("marriage %(number)s does not join two persons") % {"number": number}
        for number in wrong.order_by("pk").values_list("record__number", flat=True)
    ]


OWN = tuple(
    register(Invariant(code, title, check))
    for code, title, check in (
        ("P1", gettext_lazy("One person has one open account"), one_open_account_per_person),
        (
            "P2",
            gettext_lazy("Every opening rests on a clean platform check"),
            openings_rest_on_a_clean_check,
        ),
        ("P5", gettext_lazy("Flexible and unit money stand apart"), origins_stand_apart),
        (
            "P6",
            gettext_lazy("Closed accounts are empty and stay closed"),
            closed_accounts_are_empty,
        ),
        ("P3", gettext_lazy("A marriage joins two persons"), marriages_join_two),
    )
)
