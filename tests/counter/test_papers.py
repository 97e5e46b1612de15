"""Papers at the counter: beside the form, sealed with the item, seen by who may."""

import datetime as dt
import io
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import Opening
from kernel.days import add_years
from kernel.scans import MAX_BYTES
from office.models import AuditEvent, Paper, PaperSeal
from office.roles import Role
from policy.services import ProposedValue, approve_proposal, propose
from tests.accounts.builders import make_staff, make_stage
from tests.counter.typing_in import hidden, opening_form
from tests.office.scans import a_jpeg, a_pdf, a_png

TOKEN = opening_form()["token"]


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def scan(content: bytes = b"", name: str = "身份证.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or a_jpeg(), content_type="image/jpeg")


def draft(business: str = "opening", token: str = TOKEN) -> str:
    return reverse("papers-draft", args=[business, uuid.UUID(token)])


def add(client: Any, code: str = "IDENTITY_DOCUMENT", content: bytes = b"", **where: Any) -> Any:
    return client.post(draft(**where), {f"scan_{code}": scan(content)})


def hand_in(client: Any) -> Opening:
    page = client.post(reverse("opening-check"), opening_form()).content.decode()
    client.post(reverse("opening-submit"), hidden(page, reverse("opening-submit")))
    return Opening.objects.get()


# --- beside the form ---------------------------------------------------------------------------


def test_the_form_shows_what_the_law_asks_for(clerk):
    page = clerk.get(reverse("opening")).content.decode()
    for paper in ("身份证件", "银行卡", "其他材料", "尚未上传"):
        assert paper in page
    assert 'enctype="multipart/form-data"' in page


def test_a_withdrawal_asks_by_its_ground(clerk, account, pay):
    pay(account)
    page = clerk.get(reverse("withdrawal", args=[account.number])).content.decode()
    assert re.search(r'data-only-for="RENT[^"]*">.{0,200}租赁', page, re.S)


def test_a_scan_goes_up_by_itself_and_is_shown_small(clerk):
    answer = add(clerk)
    paper = Paper.objects.get()
    assert answer.status_code == 200
    assert reverse("paper-small", args=[paper.pk]) in answer.content.decode()
    small = clerk.get(reverse("paper-small", args=[paper.pk]))
    assert max(Image.open(io.BytesIO(small.content)).size) <= 160
    assert not AuditEvent.objects.filter(action="papers.view").exists()


def test_without_a_script_files_go_along_with_the_form(clerk):
    form = {**opening_form(name=""), "scan_BANK_CARD": scan(), "add_papers": "yes"}
    page = clerk.post(reverse("opening-check"), form).content.decode()
    assert Paper.objects.get().code == "BANK_CARD"
    assert "6217 0000 1000 1234 567" in page
    assert 'aria-invalid="true"' not in page
    taken = {**opening_form(), "remove_paper": str(Paper.objects.get().pk)}
    clerk.post(reverse("opening"), taken)
    assert Paper.objects.get().removed_at is not None


def test_files_that_come_with_the_check_are_kept_before_it(clerk):
    form = {**opening_form(), "scan_BANK_CARD": scan()}
    page = clerk.post(reverse("opening-check"), form).content.decode()
    assert "可以开户" in page
    assert "1 份" in page
    assert not PaperSeal.objects.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<svg onload='alert(1)'/>", "不是 JPEG"),
        (a_pdf() + b"<script>", "夹带"),
        (a_jpeg()[:60], "已损坏"),
    ],
)
@pytest.mark.parametrize("name", ["opening", "opening-check"])
def test_a_file_that_is_no_scan_comes_back_with_the_form(clerk, name, content, says):
    answer = clerk.post(reverse(name), {**opening_form(), "scan_BANK_CARD": scan(content)})
    assert says in answer.content.decode()
    assert answer.status_code in (400, 409)
    assert not Paper.objects.exists()
    assert add(clerk, content=content).status_code == 409


def test_too_large_an_upload_is_not_even_taken_in(clerk):
    answer = add(clerk, content=a_jpeg() + bytes(MAX_BYTES + 100_000))
    assert answer.status_code == 409
    assert "10 MiB" in answer.content.decode()
    assert not Paper.objects.exists()


@pytest.mark.parametrize("code", ["", "lease", "../../X", "A" * 40])
def test_an_impossible_kind_of_paper_is_refused(clerk, code):
    assert add(clerk, code=code).status_code == 409
    assert not Paper.objects.exists()


def test_an_unknown_business_asks_for_nothing_but_takes_other_papers(clerk):
    assert "其他材料" in clerk.get(draft("nonsense")).content.decode()


def test_after_a_sign_out_the_papers_are_where_the_token_is(clerk, stage, sign_in):
    add(clerk)
    clerk.post(reverse("sign-out"))
    again = sign_in(stage.clerk)
    assert "1 份" in again.get(draft()).content.decode()


def test_a_colleague_sees_nothing_of_a_form_that_is_filled_in(clerk, stage, sign_in):
    add(clerk)
    other = sign_in(stage.colleague("another"))
    assert "1 份" not in other.get(draft()).content.decode()
    assert add(other, content=a_png()).status_code == 409
    assert other.get(reverse("paper", args=[Paper.objects.get().pk])).status_code == 404


@pytest.mark.parametrize("token", ["", "nonsense", "0" * 500])
def test_a_form_without_a_token_still_shows_its_papers(clerk, token):
    for name in ("opening", "opening-check", "opening-submit"):
        answer = clerk.post(reverse(name), opening_form(token=token, phone=""))
        assert answer.status_code in (200, 400)
        assert "业务材料" in answer.content.decode()


# --- handed in ---------------------------------------------------------------------------------


def test_whoever_approves_sees_what_was_handed_in_and_what_is_missing(clerk, checker):
    add(clerk)
    opening = hand_in(clerk)
    seal = PaperSeal.objects.get()
    assert (seal.item_number, seal.asked) == (opening.number, ["IDENTITY_DOCUMENT", "BANK_CARD"])
    assert seal.kept_until == add_years(opening.business_date, 30)
    page = checker.get(reverse("item", args=["opening", opening.number])).content.decode()
    assert reverse("paper", args=[Paper.objects.get().pk]) in page
    assert "应有，未留影像" in page
    seen = checker.get(reverse("paper", args=[Paper.objects.get().pk]))
    assert seen.content.startswith(b"\xff\xd8\xff")
    event = AuditEvent.objects.get(action="papers.view")
    assert (event.result, event.subject) == ("SEEN", opening.number)


def test_after_it_was_handed_in_nobody_adds_or_takes_out(clerk):
    add(clerk)
    opening = hand_in(clerk)
    answer = add(clerk, content=a_png())
    assert answer.status_code == 409
    assert opening.number in answer.content.decode()
    clerk.post(draft(), {"remove_paper": str(Paper.objects.get().pk)})
    assert Paper.objects.get().removed_at is None


def test_handing_in_twice_seals_once(clerk):
    add(clerk)
    page = clerk.post(reverse("opening-check"), opening_form()).content.decode()
    typed = hidden(page, reverse("opening-submit"))
    first, second = (clerk.post(reverse("opening-submit"), typed) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert PaperSeal.objects.count() == 1


def test_a_centre_that_blocks_hands_in_nothing_without_its_papers(clerk, stage):
    _block_from_tomorrow(stage)
    page = clerk.post(reverse("opening-check"), opening_form()).content.decode()
    assert "缺少必备材料：身份证件、银行卡" in page
    assert clerk.post(reverse("opening-submit"), opening_form()).status_code == 409
    assert not Opening.objects.exists()
    add(clerk)
    add(clerk, "BANK_CARD")
    assert hand_in(clerk).state == "SUBMITTED"


def _block_from_tomorrow(stage) -> None:
    """Two supervisors let the centre's law demand scans, and the next day comes."""
    tomorrow = stage.day + dt.timedelta(days=1)
    value = ProposedValue(
        key="papers.missing",
        jurisdiction=stage.centre.jurisdiction,
        printed="BLOCKS",
        effective_from=tomorrow,
        assumed=True,
        reason="中心要求留存影像",
    )
    proposal = propose(
        value=value, centre=stage.centre, business_date=stage.day, by=stage.supervisor
    )
    second = stage.colleague("second", Role.SUPERVISOR)
    approve_proposal(proposal=proposal, digest=proposal.digest, business_date=stage.day, by=second)
    stage.on(tomorrow)


# --- who may see -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.CHECKER, 200), (Role.SUPERVISOR, 200), (Role.AUDITOR, 200), (Role.FINANCE, 404)],
)
def test_only_who_needs_it_sees_a_scan(clerk, stage, sign_in, role, status):
    add(clerk)
    hand_in(clerk)
    person = make_staff(stage.branch, f"one-{role.lower()}", role)
    address = reverse("paper", args=[Paper.objects.get().pk])
    assert sign_in(person).get(address).status_code == status


def test_another_centres_scan_is_not_there_and_the_look_is_noted(clerk, stage, sign_in):
    add(clerk)
    hand_in(clerk)
    other = sign_in(make_stage("yantai").checker)
    for name in ("paper", "paper-small"):
        assert other.get(reverse(name, args=[Paper.objects.get().pk])).status_code == 404
    assert AuditEvent.objects.filter(action="papers.view", result="REFUSED").count() == 2


def test_a_stranger_is_asked_to_sign_in(clerk, client):
    add(clerk)
    answer = client.get(reverse("paper", args=[Paper.objects.get().pk]))
    assert answer["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("pk", [0, 999_999_999])
def test_a_guessed_number_finds_nothing(clerk, pk):
    assert clerk.get(f"/counter/papers/{pk}/").status_code == 404


@pytest.mark.parametrize(
    ("content", "kind", "sandboxed"),
    [
        (a_jpeg(), "image/jpeg", True),
        (a_png(), "image/png", True),
        (a_pdf(), "application/pdf", False),
    ],
)
def test_a_scan_is_served_so_that_it_can_only_be_looked_at(clerk, content, kind, sandboxed):
    add(clerk, content=content)
    answer = clerk.get(reverse("paper", args=[Paper.objects.get().pk]))
    assert answer["Content-Type"] == kind
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert ("sandbox" in answer["Content-Security-Policy"]) is sandboxed
    assert "身份证" not in answer["Content-Disposition"]
    assert re.fullmatch(
        r'inline; filename="IDENTITY_DOCUMENT-\d+\.(jpg|png|pdf)"', answer["Content-Disposition"]
    )


def test_a_lost_file_is_not_there_instead_of_an_error(clerk, media):
    add(clerk)
    for file in media.rglob("*"):
        if file.is_file():
            file.unlink()
    for name in ("paper", "paper-small"):
        assert clerk.get(reverse(name, args=[Paper.objects.get().pk])).status_code == 404


def test_a_name_with_signs_is_shown_as_text(clerk):
    clerk.post(draft(), {"scan_BANK_CARD": scan(name='"><img src=x onerror=alert(1)>.jpg')})
    assert "<img src=x" not in clerk.get(draft()).content.decode()
