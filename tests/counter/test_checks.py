"""A register that does not answer: its paper answer is read by two persons."""

import pytest
from django.urls import reverse

from accounts.models import OutsideCheck
from tests.accounts.builders import make_stage
from tests.counter.typing_in import opening_form

PAPER = {"kind": "PLATFORM", "result": "PASS", "document_no": "函2026-17"}


@pytest.fixture
def silent(settings):
    settings.SIMULATED_PERSONS = {opening_form()["number"]: {"PLATFORM": None}}


def entered() -> OutsideCheck:
    return OutsideCheck.objects.get(channel="MANUAL")


def test_a_paper_answer_read_by_two_persons_lets_the_opening_go_on(clerk, checker, silent):
    page = clerk.post(reverse("opening-check"), opening_form()).content.decode()
    assert reverse("check-enter") in page
    page = clerk.post(reverse("check-enter"), opening_form(**PAPER)).content.decode()
    assert "待第二人确认" in page
    assert "提交复核" not in page
    inbox = checker.get(reverse("inbox")).content.decode()
    assert "函2026-17" in inbox
    checker.post(reverse("check-confirm", args=[entered().pk]), {"result": "PASS"})
    assert entered().result == "PASS"
    page = clerk.post(reverse("opening-check"), opening_form()).content.decode()
    assert "提交复核" in page


def test_entering_twice_keeps_one_answer(clerk, silent):
    for _ in range(2):
        clerk.post(reverse("check-enter"), opening_form(**PAPER))
    assert entered().document_no == "函2026-17"


def test_two_persons_who_read_differently_confirm_nothing(clerk, checker, silent):
    clerk.post(reverse("check-enter"), opening_form(**PAPER))
    address = reverse("check-confirm", args=[entered().pk])
    answer = checker.post(address, {"result": "FAIL"})
    assert answer.status_code == 409
    assert entered().result == "PENDING"


@pytest.mark.parametrize("change", [{"document_no": " "}, {"result": "MAYBE"}])
def test_an_answer_needs_its_document_and_a_plain_result(clerk, silent, change):
    page = clerk.post(reverse("check-enter"), opening_form(**{**PAPER, **change}))
    assert "暂不能办理" in page.content.decode()
    assert not OutsideCheck.objects.filter(channel="MANUAL").exists()


def test_an_unknown_register_is_not_found(clerk, silent):
    typed = opening_form(**{**PAPER, "kind": "GOSSIP"})
    assert clerk.post(reverse("check-enter"), typed).status_code == 404


def test_a_clerk_confirms_no_answers(clerk, silent):
    clerk.post(reverse("check-enter"), opening_form(**PAPER))
    address = reverse("check-confirm", args=[entered().pk])
    assert clerk.post(address, {"result": "PASS"}).status_code == 403


def test_another_centre_confirms_nothing(clerk, silent, sign_in):
    clerk.post(reverse("check-enter"), opening_form(**PAPER))
    other = sign_in(make_stage("yantai").checker)
    address = reverse("check-confirm", args=[entered().pk])
    assert other.post(address, {"result": "PASS"}).status_code == 404
