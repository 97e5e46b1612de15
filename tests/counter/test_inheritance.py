"""A death at the counter: reported, the heirs paid one by one, a failed one paid again."""

import pytest
from django.urls import reverse

from accounts.models import DeathReport, DeathRevocation
from contributions.models import HeirCard, Inheritance, Payout
from contributions.services import fail_payout
from office.roles import Role
from policy.models import StoredDecision
from tests.contributions.heirs import SON, WIFE, approve, claim, die, find_nobody, inherit
from tests.contributions.withdrawals import make_payer
from tests.counter.typing_in import hidden

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a77"


@pytest.fixture
def payer(db):
    """A stage and the account of somebody who holds 5,000 yuan in Kashgar."""
    return make_payer()


@pytest.fixture
def clerk(payer, sign_in):
    return sign_in(payer[0].clerk)


@pytest.fixture
def checker(payer, sign_in):
    return sign_in(payer[0].checker)


def address(name, account):
    return reverse(name, args=[account.number])


def certificate(**changes):
    typed = {
        "died_date": "2026-10-05",
        "certificate_no": "亡2026-1",
        "certificate_date": "20261007",
        "informant": "阿依古丽",
        "informant_relation": "配偶",
    }
    return {**typed, "token": TOKEN, "seen": "", **changes}


def heir(row, **changes):
    typed = {
        "name": "阿依古丽",
        "relation": "SPOUSE",
        "document_type": "RESIDENT_ID",
        "document_number": WIFE,
        "share": "1/3",
        "title": "NOTARISED_DEED",
        "title_no": "公证1",
        "bank": "中国银行",
        "card": "6216 6000 0000 0008 888",
        **changes,
    }
    return {f"heir{row}_{name}": value for name, value in typed.items()}


def two_heirs(**changes):
    son = heir(1, name="艾尔肯", relation="CHILD", document_number=SON, share="2/3")
    common = {"guarantee": "no", "token": TOKEN, "seen": ""}
    return {**heir(0), **son, **common, **changes}


def do(client, name, account, typed):
    """Check, confirm, and give the page that follows."""
    page = client.post(address(f"{name}-check", account), typed).content.decode()
    submit = address(f"{name}-submit", account)
    return client.post(submit, hidden(page, submit), follow=True).content.decode()


def test_a_death_is_reported_in_one_step_and_the_member_page_says_what_is_left(clerk, payer):
    _stage, account = payer
    before = clerk.get(address("member", account)).content.decode()
    assert address("death", account) in before
    assert address("inheritance", account) not in before
    receipt = do(clerk, "death", account, certificate())
    report = DeathReport.objects.get()
    assert report.number in receipt
    assert "亡2026-1" in receipt
    page = clerk.get(address("member", account)).content.decode()
    for name in ("inheritance", "no-heirs", "death-undone", "dispute", "correction"):
        assert address(name, account) in page, name
    for name in ("deposit", "withdrawal", "exit", "mandate", "death"):
        assert f'"{address(name, account)}"' not in page, name
    assert "条例第二十四条" in page
    assert reverse("item", args=["death", report.number]) in page


def test_a_day_that_cannot_be_right_comes_back_to_its_field(clerk, payer):
    answer = clerk.post(address("death-check", payer[1]), certificate(died_date="2030-01-01"))
    assert answer.status_code == 400
    assert 'id="error_died_date"' in answer.content.decode()
    assert not DeathReport.objects.exists()


def test_a_business_that_is_off_is_refused_at_its_address_too(clerk, payer):
    stage, account = payer
    die(stage, account)
    page = clerk.post(
        address("deposit-check", account), {"amount": "100.00", "token": TOKEN, "seen": ""}
    ).content.decode()
    assert "撤销死亡登记" in page


def test_two_heirs_are_taken_in_approved_and_paid_one_by_one(clerk, checker, payer, sign_in):
    stage, account = payer
    die(stage, account)
    page = clerk.post(address("inheritance-check", account), two_heirs()).content.decode()
    assert "伍仟元整" in page
    assert "1,666.67" in page
    assert "3,333.33" in page
    assert not Inheritance.objects.exists()
    submit = address("inheritance-submit", account)
    clerk.post(submit, hidden(page, submit))
    inheritance = Inheritance.objects.get()
    where = reverse("item", args=["inheritance", inheritance.number])
    assert where in checker.get(reverse("inbox")).content.decode()
    done = checker.post(
        reverse("item-approve", args=["inheritance", inheritance.number]),
        {"digest": inheritance.digest},
        follow=True,
    ).content.decode()
    assert "21904" in done
    finance = sign_in(stage.colleague("finance", Role.FINANCE))
    payouts = finance.get(reverse("payouts")).content.decode()
    assert "阿依古丽" in payouts
    assert "艾尔肯" in payouts
    for payout in Payout.objects.all():
        finance.post(
            reverse("payout-end", args=[payout.number]), {"text": f"B{payout.pk}", "step": "PAID"}
        )
    account.refresh_from_db()
    assert (account.state, account.close_reason) == ("CLOSED", "INHERITED")
    shown = clerk.get(where).content.decode()
    assert shown.count("已付") >= 2
    assert WIFE not in shown, "numbers stay masked"


def test_parts_that_do_not_make_the_whole_are_refused_with_the_clause_and_kept(clerk, payer):
    stage, account = payer
    die(stage, account)
    typed = two_heirs(heir1_share="1/3")
    page = clerk.post(address("inheritance-check", account), typed).content.decode()
    assert "2/3" in page
    kept = StoredDecision.objects.filter(
        subject_type="contributions.inheritance", outcome="REFUSED"
    )
    assert kept.count() == 1
    assert not Inheritance.objects.exists()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("heir0_name", {"heir0_name": ""}),
        ("heir0_share", {"heir0_share": "一半"}),
        ("heir0_share", {"heir0_share": ""}),
        ("heir1_document_number", {"heir1_document_number": "1"}),
        ("heir1_card", {"heir1_card": "12"}),
        ("heir1_title_no", {"heir1_title_no": ""}),
        # a row left empty between two heirs
        ("heir1_name", {**heir(2, document_number=SON), **dict.fromkeys(heir(1), "")}),
    ],
)
def test_a_wrong_field_of_an_heir_is_marked_in_its_row(clerk, payer, field, changes):
    stage, account = payer
    die(stage, account)
    answer = clerk.post(address("inheritance-check", account), two_heirs(**changes))
    assert answer.status_code == 400
    assert f'id="error_{field}"' in answer.content.decode()


def test_a_sum_may_stand_for_a_part(clerk, payer):
    stage, account = payer
    die(stage, account)
    typed = two_heirs(heir0_share="1,000.01", heir1_share="3999.99")
    page = clerk.post(address("inheritance-check", account), typed).content.decode()
    assert "1,000.01" in page
    assert "3,999.99" in page


def test_nobody_inherits_is_handed_to_a_supervisor(clerk, checker, payer, sign_in):
    stage, account = payer
    die(stage, account)
    typed = {
        "court": "喀什市人民法院",
        "declaration_no": "认财1",
        "declaration_date": "2026-10-14",
        "guarantee": "no",
        "token": TOKEN,
        "seen": "",
    }
    page = do(clerk, "no-heirs", account, typed)
    assert "增值收益" in page
    document = Inheritance.objects.get()
    decide = reverse("item-approve", args=["inheritance", document.number])
    assert checker.post(decide, {"digest": document.digest}).status_code == 403
    done = sign_in(stage.supervisor).post(decide, {"digest": document.digest}, follow=True)
    assert "40105" in done.content.decode()


def test_the_declaration_of_the_future_is_refused_at_its_field(clerk, payer):
    stage, account = payer
    die(stage, account)
    typed = {
        "court": "法院",
        "declaration_no": "1",
        "declaration_date": "2030-01-01",
        "guarantee": "no",
        "token": TOKEN,
        "seen": "",
    }
    answer = clerk.post(address("no-heirs-check", account), typed)
    assert answer.status_code == 400
    assert 'id="error_declaration_date"' in answer.content.decode()


def test_an_heir_whom_the_bank_could_not_pay_gets_another_card(clerk, checker, payer):
    stage, account = payer
    die(stage, account)
    (payout,) = approve(stage, inherit(stage, account, [claim()]))
    assert "没有付款失败的继承人" in clerk.get(address("member", account)).content.decode()
    finance = stage.colleague("finance", Role.FINANCE)
    fail_payout(payout=payout, failure="户名不符", business_date=stage.day, by=finance)
    form = clerk.get(address("heir-card", account)).content.decode()
    assert "户名不符" in form
    typed = {
        "heir": payout.heir_id,
        "bank": "工商银行",
        "card": "6222 0000 0000 0001 234",
        "token": TOKEN,
        "seen": "",
    }
    do(clerk, "heir-card", account, typed)
    document = HeirCard.objects.get()
    checker.post(
        reverse("item-approve", args=["heir-card", document.number]), {"digest": document.digest}
    )
    assert Payout.objects.get(state="READY").card_last4 == "1234"


def test_a_wrong_report_is_withdrawn_on_its_page(clerk, checker, payer):
    stage, account = payer
    die(stage, account)
    typed = {"evidence_no": "公安证明1", "reason": "登记错人", "token": TOKEN, "seen": ""}
    page = do(clerk, "death-undone", account, typed)
    assert "登记错人" in page
    document = DeathRevocation.objects.get()
    checker.post(
        reverse("item-approve", args=["death-undone", document.number]),
        {"digest": document.digest},
    )
    account.refresh_from_db()
    assert account.state == "NORMAL"
    assert address("deposit", account) in clerk.get(address("member", account)).content.decode()


def test_receipts_name_the_heirs_and_what_became_of_the_money(clerk, payer):
    stage, account = payer
    die(stage, account)
    document = find_nobody(stage, account)
    receipt = clerk.get(reverse("print", args=["inheritance-receipt", document.number]))
    assert receipt.status_code == 200
    assert receipt["Content-Type"] == "application/pdf"
