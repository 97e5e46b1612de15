"""The proofs find what is wrong, and name it. Wrong rows are made with the guards lifted."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from ledger import guards as ledger_guards
from ledger import verify
from ledger.models import Entry, LedgerAccount, Posting
from ledger.queries import get_ledger_account
from ledger.services import reverse
from ledger.verify import SHOWN, Invariant, list_invariants, prove, register
from office import guards

from .conftest import FIRST_DAY, Books

# The floors above prove more, on rows that these bare books do not have.
OWN = {"M1.balance", "M1.places", "M2", "M3", "M4", "M5", "M6", "M7.guards", "M7.reversals"}
OWN |= {"M8", "M14"}


def broken(books: Books) -> set[str]:
    proofs = prove([books.centre])
    return {proof.invariant.code for proof in proofs if not proof.holds} & OWN


@pytest.fixture
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is forgotten after it."""
    monkeypatch.setattr(verify, "_REGISTRY", dict(verify._REGISTRY))


@pytest.fixture
def unguarded(books: Books) -> Books:
    """Books with an entry, a reversal and no guards: what a careless administrator could do."""
    books.book("银行", "个人:张三", "5.00", key="deposit:1")
    wrong = books.book("银行", "个人:张三", "7.00", key="deposit:2")
    reverse(entry=wrong, key="r:1", business_date=FIRST_DAY, maker=books.maker, document_no="R1")
    assert broken(books) == set()
    guards.drop_guards()
    ledger_guards.drop_guards()
    return books


def test_sound_books_hold_and_every_invariant_of_the_ledger_is_tried(books: Books):
    books.book("银行", "个人:张三", "5.00", key="deposit:1")
    codes = {proof.invariant.code for proof in prove([books.centre]) if proof.holds}
    assert {"M1.balance", "M1.places", "M2", "M3", "M4", "M5", "M6", "M7.guards"} <= codes
    assert {"M7.reversals", "M8", "M14"} <= codes


def test_missing_guards_are_named(unguarded: Books):
    (proof,) = [proof for proof in prove([unguarded.centre]) if proof.invariant.code == "M7.guards"]
    assert not proof.holds
    found = proof.invariant.check(unguarded.centre)
    assert any("ledger_posting" in text for text in found)


def test_a_changed_amount_breaks_totals_subledger_and_mirror(unguarded: Books):
    Posting.objects.filter(entry__key="deposit:2").update(amount_fen=701)
    assert broken(unguarded) == {"M5", "M6", "M7.guards", "M7.reversals"}


def test_a_changed_total_breaks_totals_and_subledger(unguarded: Books):
    LedgerAccount.objects.filter(role="LINE").update(credits_fen=10_000)
    assert broken(unguarded) == {"M5", "M6", "M7.guards"}


def test_a_deleted_posting_leaves_an_empty_entry(unguarded: Books):
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM ledger_posting WHERE entry_id = %s",
            [Entry.objects.get(key="deposit:1").pk],
        )
    assert broken(unguarded) == {"M2", "M5", "M6", "M7.guards"}


def test_a_gap_in_the_lines_of_an_entry_is_found(unguarded: Books):
    Posting.objects.filter(entry__key="deposit:1").update(seq=2)
    assert broken(unguarded) == {"M2", "M7.guards"}


def test_a_posting_on_a_sum_is_found(unguarded: Books):
    total = get_ledger_account(unguarded.centre, "101")
    Posting.objects.filter(entry__key="deposit:1").update(debit=total)
    assert broken(unguarded) == {"M1.places", "M7.guards"}


def test_a_posting_in_another_centre_is_found(unguarded: Books, other_books: Books):
    guards.drop_guards()
    ledger_guards.drop_guards()
    Posting.objects.filter(entry__key="deposit:1").update(debit=other_books.ledger_account("银行"))
    assert broken(unguarded) == {"M1.balance", "M7.guards"}


def test_a_line_under_the_wrong_control_is_found(unguarded: Books):
    unit = get_ledger_account(unguarded.centre, "20101")
    LedgerAccount.objects.filter(role="LINE").update(control=unit)
    assert "M1.places" in broken(unguarded)


def test_an_entry_on_no_business_day_is_found(unguarded: Books):
    Entry.objects.filter(key="deposit:1").update(business_date="2025-06-01")
    assert broken(unguarded) == {"M14", "M7.guards"}


def test_a_flood_of_violations_is_cut_short(own_registry: None, unguarded: Books):
    register(Invariant("X.flood", "flood", lambda centre: ["drop"] * (SHOWN + 7)))
    (proof,) = [p for p in prove([unguarded.centre]) if p.invariant.code == "X.flood"]
    assert len(proof.violations) == SHOWN + 1
    assert "7" in proof.violations[-1]


def test_other_apps_add_invariants_and_no_code_means_two_things(own_registry: None):
    mine = register(Invariant("X.mine", "mine", lambda centre: []))
    assert register(mine) is mine
    assert mine in list_invariants()
    with pytest.raises(ValueError, match=r"X\.mine"):
        register(Invariant("X.mine", "another", lambda centre: []))


def test_the_command_exits_zero_on_sound_books(books: Books, capsys):
    call_command("verify_books", "--centre", books.centre.code, "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["holds"] is True
    assert {"invariant", "title", "holds", "violations"} == set(answer["invariants"][0])


def test_the_command_exits_one_and_says_what_is_wrong(unguarded: Books, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("verify_books", "--json")
    assert ended.value.code == 1
    answer = json.loads(capsys.readouterr().out)
    wrong = [found for found in answer["invariants"] if not found["holds"]]
    (guard,) = [found for found in wrong if found["invariant"] in OWN]
    assert guard["invariant"] == "M7.guards"
    assert guard["violations"][0].startswith("kashgar: ")


def test_the_command_prints_a_line_per_invariant(unguarded: Books, capsys):
    with pytest.raises(SystemExit):
        call_command("verify_books")
    out = capsys.readouterr().out
    assert "✗ M7.guards" in out
    assert "✓ M6" in out


def test_an_unknown_centre_is_an_argument_error_in_one_line(books: Books, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("verify_books", "--centre", "atlantis")
    assert ended.value.code == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert seen.err.count("\n") == 1
    assert "--centre" in seen.err
    assert "atlantis" in seen.err
