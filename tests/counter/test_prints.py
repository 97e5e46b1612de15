"""Papers at the counter: who may print which, what they say, how a copy is known again."""

import io
import time

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import IdentityDocument, MemberAccount
from contributions.queries import get_holdings
from fundcenter.prints.registry import OF_MEMBERS, PRINTS
from kernel.money import grouped_yuan
from ledger.models import Entry
from ledger.services import reverse as reverse_entry
from office.fields import blind_index
from office.models import AuditEvent, PrintLog
from office.roles import Role
from policy.models import StoredDecision
from tests.accounts.builders import make_stage

MEMBERS_PAPERS = [kind.name for kind in OF_MEMBERS]


def address(name: str, number: object) -> str:
    return reverse("print", args=[name, number])


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.content.decode()
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def printed(client, name: str, number: object, **chosen: str) -> str:
    return text_of(client.post(address(name, number), chosen))


@pytest.fixture
def finance(stage, sign_in):
    return sign_in(stage.colleague("kashgar-finance", Role.FINANCE))


@pytest.fixture
def supervisor(stage, sign_in):
    return sign_in(stage.supervisor)


def test_a_statement_shows_each_line_and_the_balance_of_the_books(clerk, account, pay):
    deposit = pay(account)
    text = printed(clerk, "statement", account.number, fund_year="2026")
    assert "住房公积金个人账户对账单" in text
    assert account.member.name in text
    assert deposit.number in text
    assert "2025-07-01 至 2026-06-30（公积金年度）" in text
    assert f"期末余额：{grouped_yuan(get_holdings(account).total_fen)} 元" in text
    assert "人民币伍佰元整" in text


def test_a_statement_of_another_range_opens_with_what_was_there_before(stage, clerk, account, pay):
    pay(account)
    text = printed(clerk, "statement", account.number, first="2026-03-11", last="2026-03-31")
    assert "期初余额 500.00" in text
    assert "本期没有入账业务。" in text


def test_the_number_of_the_paper_is_masked_where_it_proves_nothing(clerk, account):
    number = IdentityDocument.objects.get(member=account.member).number
    assert number not in printed(clerk, "statement", account.number)
    assert number in printed(clerk, "contribution-certificate", account.number)


@pytest.mark.parametrize("name", [kind.name for kind in OF_MEMBERS if kind.reveals])
def test_numbers_in_full_are_kept_as_seen_on_the_members_trail(clerk, account, name):
    printed(clerk, name, account.number, receiver="乌鲁木齐")
    seen = AuditEvent.objects.get(result=AuditEvent.Result.SEEN)
    assert (seen.action, seen.object_id) == (f"prints.{name}", str(account.pk))


def test_the_certificate_says_who_contributes_how_and_for_how_long(clerk, account, pay):
    pay(account)
    text = printed(clerk, "contribution-certificate", account.number)
    assert f"兹证明 {account.member.name}（{account.number}） 在本中心缴存住房公积金" in text
    assert "500.00 元（人民币伍佰元整）" in text
    assert "缴至月份" in text


def test_the_tax_certificate_names_both_kinds_of_income_and_both_figures(clerk, account, pay):
    pay(account)
    text = printed(clerk, "tax-certificate", account.number, year="2026")
    assert "综合所得、经营所得" in text
    assert "入账金额500.00 元" in text
    assert "年度限额71,400.00 元" in text
    assert "2026-03 500.00 500.00" in text
    assert "合计 500.00 500.00" in text


def test_a_year_that_has_not_begun_is_not_certified(clerk, account):
    answer = clerk.post(address("tax-certificate", account.number), {"year": "2027"})
    assert answer.status_code == 400
    assert "尚未开始" in answer.content.decode()
    assert not PrintLog.objects.exists()


def test_the_agreement_carries_the_terms_it_was_signed_on_with_their_clauses(clerk, account):
    text = printed(clerk, "agreement", account.number)
    assert "甲方" in text
    assert "500.00 元（人民币伍佰元整）" in text
    assert "喀什解读 二" in text


def test_the_agreement_is_printed_article_by_article_as_it_was_signed(clerk, account):
    document = account.agreements.get().document
    text = printed(clerk, "agreement", account.number).replace(" ", "")
    for article in document["articles"]:
        assert article["title"].replace(" ", "") in text
    assert "月缴存额不低于162.00元" in text


def test_the_mandate_shows_the_card_in_full_for_the_bank(clerk, account):
    assert account.mandates.get().card in printed(clerk, "mandate", account.number)


def test_what_is_not_there_is_not_printed(clerk, account):
    account.mandates.update(ended_date=account.opened_date)
    answer = clerk.post(address("mandate", account.number))
    assert answer.status_code == 409
    assert "没有有效的委托收款协议" in answer.content.decode()
    assert not PrintLog.objects.exists()


def test_a_receipt_says_what_was_done_and_what_was_booked(clerk, account, pay):
    deposit = pay(account)
    text = printed(clerk, "deposit-receipt", deposit.number)
    assert "缴存回单" in text
    assert "500.00 元（人民币伍佰元整）" in text
    assert "10101" in text
    assert (
        len(
            PdfReader(
                io.BytesIO(clerk.get(address("deposit-receipt", deposit.number)).content)
            ).pages
        )
        == 1
    )


def test_a_refusal_gives_its_reasons_clauses_and_what_to_do(clerk, account):
    clerk.post(
        reverse("deposit-check", args=[account.number]),
        {"amount": "700.00", "seen": "0", "token": "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a12"},
    )
    stored = StoredDecision.objects.latest("pk")
    assert stored.outcome == StoredDecision.Outcome.REFUSED
    text = printed(clerk, "notice", stored.pk)
    assert "不予办理告知书" in text
    assert "喀什解读 二" in text
    assert "如何才能办理" in text
    assert "行政复议" in text
    assert account.member.name in text


def test_the_page_of_a_refusal_leads_to_its_notice(clerk, account):
    answer = clerk.post(
        reverse("deposit-check", args=[account.number]),
        {"amount": "700.00", "seen": "0", "token": "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a12"},
    )
    stored = StoredDecision.objects.latest("pk")
    assert address("notice", stored.pk) in answer.content.decode()


def test_an_approval_names_whom_it_concerns_by_its_document(clerk, account, pay):
    stored = pay(account).decision
    text = printed(clerk, "notice", stored.pk)
    assert "业务办理结果告知书" in text
    assert account.member.name in text


def test_the_notice_of_an_opening_names_the_applicant(stage, clerk):
    applicant = stage.applicant()
    stage.ask(applicant)
    opening = stage.submit(applicant)
    assert applicant.name in printed(clerk, "notice", opening.decision_id)


def test_a_document_that_waits_gives_a_receipt_of_acceptance(stage, clerk):
    applicant = stage.applicant()
    stage.ask(applicant)
    opening = stage.submit(applicant)
    text = printed(clerk, "opening-receipt", opening.number)
    assert "开户受理回执" in text
    assert applicant.name in text
    assert applicant.number not in text


def test_reports_are_offered_to_whose_role_may_see_them(stage, clerk, supervisor, account, pay):
    pay(account)
    page = reverse("verify-print")
    assert address("day-report", stage.day) in supervisor.get(page).content.decode()
    assert "day-report" not in clerk.get(page).content.decode()


def test_the_admin_leads_from_an_entry_to_its_voucher(finance, account, pay):
    entry = pay(account).entry
    page = finance.get(reverse("admin:ledger_entry_change", args=[entry.pk]))
    assert address("voucher", entry.pk) in page.content.decode()


def test_the_admin_leads_from_a_day_to_its_report(stage, supervisor):
    day = stage.centre.business_days.latest("date")
    page = supervisor.get(reverse("admin:office_businessday_change", args=[day.pk]))
    assert address("day-report", day.date) in page.content.decode()


def test_a_voucher_has_two_sides_that_agree(finance, account, pay):
    entry = pay(account).entry
    text = printed(finance, "voucher", entry.pk)
    assert "记账凭证" in text
    assert "合计 500.00 500.00" in text
    assert entry.document_no in text


def test_a_reversal_is_printed_below_zero_and_names_what_it_undoes(stage, clerk, account, pay):
    entry = pay(account).entry
    undone = reverse_entry(
        entry=entry,
        key="undo:1",
        business_date=stage.day,
        maker=stage.supervisor,
        document_no="RV-1",
    )
    text = printed(clerk, "reversal", undone.pk)
    assert "-500.00" in text
    assert "人民币负伍佰元整" in text
    assert entry.document_no in text


def test_an_entry_that_undoes_nothing_has_no_slip_of_a_reversal(clerk, account, pay):
    entry = pay(account).entry
    assert clerk.post(address("reversal", entry.pk)).status_code == 404


def test_the_day_report_adds_up_what_the_day_booked(stage, supervisor, account, pay):
    pay(account)
    pay(stage.open_account())
    text = printed(supervisor, "day-report", stage.day)
    assert "缴存 2 1,000.00" in text
    assert "借贷平衡：1,000.00 元" in text
    assert "营业日尚未结账" in text


def test_the_year_report_shows_the_side_of_each_balance(stage, supervisor, account, pay):
    pay(account)
    text = printed(supervisor, "year-report", stage.centre.code, year="2026")
    assert "借 500.00" in text
    assert "贷 500.00" in text


@pytest.mark.parametrize("number", ["1999-02-30", "gestern", "2031-01-01"])
def test_a_day_that_is_none_has_no_report(supervisor, number):
    assert supervisor.post(address("day-report", number)).status_code == 404


@pytest.mark.parametrize(
    ("name", "who", "allowed"),
    [
        ("statement", Role.AUDITOR, True),
        ("contribution-certificate", Role.AUDITOR, False),
        ("contribution-certificate", Role.CHECKER, True),
        ("tax-certificate", Role.FINANCE, False),
        ("mandate", Role.SUPERVISOR, False),
    ],
)
def test_a_paper_is_printed_by_whose_role_may(stage, sign_in, account, name, who, allowed):
    client = sign_in(stage.colleague("somebody", who))
    answer = client.post(address(name, account.number))
    assert answer.status_code == (200 if allowed else 403)
    assert PrintLog.objects.exists() is allowed


@pytest.mark.parametrize("name", ["voucher", "day-report", "year-report"])
def test_a_clerk_does_not_print_the_books(stage, clerk, account, pay, name):
    number = {"voucher": pay(account).entry.pk, "day-report": stage.day}
    assert clerk.post(address(name, number.get(name, "kashgar"))).status_code == 403


def test_a_stranger_signs_in_first(client, account):
    assert client.get(address("statement", account.number)).status_code == 302


@pytest.mark.parametrize("name", MEMBERS_PAPERS)
def test_papers_of_another_centre_are_not_found_and_the_attempt_is_kept(
    clerk, stage, account, name
):
    other = make_stage("yantai")
    other.counted = 50  # other persons than ours
    foreign = other.open_account()
    assert clerk.post(address(name, foreign.number)).status_code == 404
    kept = AuditEvent.objects.get(action="counter.foreign_centre")
    assert kept.subject == foreign.number


def test_an_unknown_paper_is_not_found(clerk, account):
    assert clerk.post(address("love-letter", account.number)).status_code == 404
    assert clerk.post(address("love-receipt", account.number)).status_code == 404


def test_nobody_prints_a_certificate_for_themselves(stage, clerk, account):
    number = IdentityDocument.objects.get(member=account.member).number
    stage.clerk.person_index = blind_index(number)
    stage.clerk.save()
    answer = clerk.post(address("contribution-certificate", account.number))
    assert answer.status_code == 409
    assert not PrintLog.objects.exists()


def test_a_name_that_no_font_can_print_refuses_and_registers_nothing(clerk, account):
    account.member.name = "𠮷·买买提"
    account.member.save()
    answer = clerk.post(address("statement", account.number))
    assert answer.status_code == 409
    assert "𠮷 (U+20BB7)" in answer.content.decode()
    assert not PrintLog.objects.exists()


def test_a_second_print_says_that_it_is_one(clerk, account):
    assert "首次打印" in printed(clerk, "agreement", account.number)
    assert "补打第 1 次" in printed(clerk, "agreement", account.number)


def test_a_look_at_the_head_counts_no_copy(clerk, account):
    assert clerk.head(address("agreement", account.number)).status_code == 405
    assert not PrintLog.objects.exists()


def test_papers_are_chinese_whoever_reads_the_pages_in_english(clerk, account):
    clerk.post(reverse("language"), {"language": "en", "next": "/"})
    assert "缴存使用协议" in printed(clerk, "agreement", account.number)


def test_a_code_tells_which_paper_by_whom_and_when(clerk, account):
    printed(clerk, "agreement", account.number)
    log = PrintLog.objects.get()
    page = clerk.post(reverse("verify-print"), {"code": log.code.lower()}).content.decode()
    assert log.serial in page
    assert account.number in page
    assert str(log.printed_by) in page


def test_a_code_that_we_never_printed_is_called_that(clerk):
    page = clerk.post(reverse("verify-print"), {"code": "0000-0000-0000"}).content.decode()
    assert "本中心没有验证码为" in page


def test_the_page_of_papers_offers_each_with_its_choice_and_shows_what_was_printed(clerk, account):
    printed(clerk, "agreement", account.number)
    page = clerk.get(reverse("certificates", args=[account.number])).content.decode()
    for name in MEMBERS_PAPERS:
        assert address(name, account.number) in page
    assert PrintLog.objects.get().serial in page
    assert (
        reverse("certificates", args=[account.number])
        in clerk.get(reverse("member", args=[account.number])).content.decode()
    )


def test_the_page_of_papers_says_why_one_may_not_be_printed(sign_in, stage, account):
    client = sign_in(stage.colleague("auditor", Role.AUDITOR))
    page = client.get(reverse("certificates", args=[account.number])).content.decode()
    assert "您的岗位不能打印此件" in page


def test_papers_are_small_and_quick(clerk, account, pay):
    pay(account)
    printed(clerk, "statement", account.number)
    began = time.monotonic()
    answer = clerk.post(address("statement", account.number))
    took_seconds = time.monotonic() - began
    assert len(answer.content) < 100_000
    assert took_seconds < 2, "about 40 ms on an idle machine; the tests share theirs"


def test_names_of_papers_are_unique_and_end_like_no_receipt():
    names = [kind.name for kind in PRINTS]
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.endswith("-receipt")]


def test_a_closed_account_still_has_its_papers(clerk, account, pay):
    pay(account)
    MemberAccount.objects.filter(pk=account.pk).update(
        state="CLOSED", closed_date=account.opened_date, close_reason="EXIT"
    )
    assert "曾在本中心缴存" in printed(clerk, "contribution-certificate", account.number)
    assert Entry.objects.exists()
