"""The same request again: the same answer, no second effect."""

import pytest
from django.db import IntegrityError, transaction

from office.idempotency import BadKey, KeyReused, digest_of, once
from office.models import AuditEvent, IdempotencyKey
from office.services import audit
from tests.office.conftest import at_the_same_moment


def pay(key: str = "key-1", amount: str = "500.00", client: str = "counter") -> tuple[dict, bool]:
    """A deed whose effect can be counted."""
    with once(client=client, key=key, digest=digest_of({"amount": amount})) as request:
        if request.is_repeated:
            return request.answer, True
        line = audit(actor=None, action="paid", after={"amount": amount})
        request.keep({"receipt": line.pk})
        return request.answer, False


def paid() -> int:
    return AuditEvent.objects.filter(action="paid").count()


@pytest.mark.django_db
def test_a_repeated_request_gets_the_first_answer():
    first, was_repeated = pay()
    again, is_repeated = pay()

    assert (was_repeated, is_repeated) == (False, True)
    assert first == again
    assert paid() == 1


@pytest.mark.django_db
def test_the_same_key_for_another_request_is_refused():
    pay(amount="500.00")

    with pytest.raises(KeyReused, match="key-1"):
        pay(amount="500.01")
    assert paid() == 1


@pytest.mark.django_db
def test_the_key_of_another_client_is_another_key():
    pay(client="counter")
    pay(client="bank")

    assert paid() == 2


@pytest.mark.django_db
def test_a_request_that_failed_may_be_tried_again():
    with (
        pytest.raises(ZeroDivisionError),
        transaction.atomic(),
        once(client="counter", key="key-1", digest="d"),
    ):
        audit(actor=None, action="paid", after={"amount": 1 // 0})

    assert paid() == 0
    assert IdempotencyKey.objects.count() == 0
    assert pay()[1] is False


@pytest.mark.django_db
def test_a_request_without_an_answer_is_not_stored():
    with (
        pytest.raises(AssertionError, match="keep"),
        transaction.atomic(),
        once(client="counter", key="key-1", digest="d"),
    ):
        audit(actor=None, action="paid")

    assert paid() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "k" * 201, "k" * 10_000, "键", "a\nb", "a\x00b", "\u202eab"])
def test_a_key_that_is_no_key_is_refused(key):
    with pytest.raises(BadKey, match="200"):
        pay(key=key)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["k", "k" * 200, "deposit:2026 / 1"])
def test_a_key_of_one_to_two_hundred_characters_is_taken(key):
    assert pay(key=key)[1] is False


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "k" * 201])
def test_the_database_refuses_a_wrong_length_too(key):
    with pytest.raises((IntegrityError, Exception), match=r"length|too long"), transaction.atomic():
        IdempotencyKey.objects.create(client="c", key=key, digest="d")


def test_the_digest_does_not_depend_on_the_order_of_fields():
    assert digest_of({"a": 1, "b": "二"}) == digest_of({"b": "二", "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": "1"})


@pytest.mark.parametrize("amounts", ["same", "different"])
@pytest.mark.django_db(transaction=True)
def test_fifty_duplicates_at_once_have_one_effect(amounts):
    def one(place: int):
        return pay(amount="500.00" if amounts == "same" else f"{place}.00")

    outcomes = at_the_same_moment(50, one)

    assert paid() == 1
    answers = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
    reused = [outcome for outcome in outcomes if isinstance(outcome, KeyReused)]
    assert len(answers) + len(reused) == 50, outcomes
    assert len({answer["receipt"] for answer, _ in answers}) == 1
    assert sum(not repeated for _, repeated in answers) == 1
    assert len(answers) == (50 if amounts == "same" else 1)
