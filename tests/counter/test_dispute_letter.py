"""The answer to a dispute about a balance leaves the house as a letter, copy by copy."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import MemberAccount
from contributions.models import Dispute
from contributions.services import approve_answer
from office.fields import blind_index
from office.models import PrintLog
from office.roles import Role
from tests.accounts.builders import make_stage
from tests.contributions.test_correction_service import correct
from tests.contributions.test_dispute_service import answer, complain, review


def address(dispute: Dispute) -> str:
    return reverse("print", args=["dispute-letter", dispute.number])


def text_of(response) -> str:
    assert response.status_code == 200, response.content.decode()
    pages = PdfReader(io.BytesIO(response.content)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def sign(stage, dispute: Dispute) -> Dispute:
    return approve_answer(
        dispute=dispute, digest=dispute.digest, business_date=stage.day, by=stage.checker
    )


@pytest.fixture
def waiting(stage, account: MemberAccount, pay) -> Dispute:
    """A dispute whose answer waits for the second person."""
    pay(account)
    return answer(stage, review(stage, complain(stage, account, claimed_fen=60_000)))


def test_the_letter_says_what_was_claimed_found_and_answered(stage, clerk, account, waiting):
    text = text_of(clerk.get(address(sign(stage, waiting))))

    assert "余额异议答复函" in text
    assert "您的账户余额无误。" in text
    for said in (account.member.name, account.number, "九月缴存未到账", "经复核余额无误"):
        assert said in text
    for fen in ("500.00", "600.00", "100.00"):
        assert fen in text
    assert "行复1号" in text
    assert "银行流水与账面相符" in text
    assert str(stage.checker) in text
    assert "行政复议" in text


def test_the_letter_names_the_legal_day_and_its_clause(stage, clerk, waiting):
    text = text_of(clerk.get(address(sign(stage, waiting))))

    assert waiting.due_date.isoformat() in text
    assert "条例2019 36" in text


def test_the_number_of_the_members_paper_is_masked(stage, clerk, account, waiting):
    number = account.member.documents.get().number
    assert number not in text_of(clerk.get(address(sign(stage, waiting))))


def test_a_wrong_balance_is_answered_with_the_correction_and_the_balance_since(
    stage, clerk, account, pay
):
    pay(account)
    second = pay(account)
    dispute = review(stage, complain(stage, account, claimed_fen=50_000))
    correction = correct(stage, second.entry)
    handed_in = answer(
        stage, dispute, outcome="WRONG", answer="重复入账，已更正", correction=correction
    )

    text = text_of(clerk.get(address(sign(stage, handed_in))))

    assert "您的账户余额有误，现已更正。" in text
    assert correction.number in text
    assert second.entry.document_no in text
    assert "金额录错" in text
    assert "日终账面余额 500.00" in text


def test_each_copy_is_registered_and_a_second_one_says_so(stage, clerk, waiting):
    dispute = sign(stage, waiting)

    first, second = text_of(clerk.get(address(dispute))), text_of(clerk.get(address(dispute)))

    copies = PrintLog.objects.filter(name="dispute-letter", object_number=dispute.number)
    assert sorted(copies.values_list("copy", flat=True)) == [1, 2]
    assert len(set(copies.values_list("digest", flat=True))) == 1
    assert "补打" not in first
    assert "补打" in second


def test_there_is_no_letter_before_the_answer_is_signed(clerk, waiting):
    refused = clerk.get(address(waiting))

    assert refused.status_code == 409
    assert waiting.number in refused.content.decode()
    assert not PrintLog.objects.exists()


def test_the_page_of_the_dispute_offers_the_letter_once_it_is_signed(stage, clerk, waiting):
    page = reverse("item", args=["dispute", waiting.number])
    assert address(waiting) not in clerk.get(page).content.decode()

    sign(stage, waiting)

    assert address(waiting) in clerk.get(page).content.decode()


def test_another_kinds_page_offers_no_letter_of_disputes(clerk, account, pay):
    page = reverse("item", args=["deposit", pay(account).number])
    assert "dispute-letter" not in clerk.get(page).content.decode()


def test_nobody_prints_the_answer_to_their_own_dispute(stage, sign_in, account, waiting):
    dispute = sign(stage, waiting)
    own = stage.colleague("kashgar-own", Role.CLERK)
    own.person_index = blind_index(account.member.documents.get().number)
    own.save()

    assert sign_in(own).get(address(dispute)).status_code == 409
    assert not PrintLog.objects.exists()


def test_another_centre_does_not_find_the_letter(stage, sign_in, waiting):
    dispute = sign(stage, waiting)
    assert sign_in(make_stage("yantai").clerk).get(address(dispute)).status_code == 404


def test_a_letter_printed_later_says_the_same(stage, clerk, waiting):
    dispute = sign(stage, waiting)
    text_of(clerk.get(address(dispute)))
    stage.on(stage.day + dt.timedelta(days=30))
    text_of(clerk.get(address(dispute)))

    assert len(set(PrintLog.objects.values_list("digest", flat=True))) == 1
