"""Papers: who keeps them, what never enters, what stands still once it was handed in."""

import datetime as dt
import json
import os
import stat
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kernel.scans import JPEG, MAX_BYTES
from office import paper_store
from office.documents import SamePerson
from office.models import AuditEvent, Paper, PaperFolder, PaperSeal
from office.paper_retention import DRAFT_LIFE, destroy_due, drop_drafts, list_due
from office.papers import (
    MOST_PAPERS,
    FolderSealed,
    PaperMissing,
    PaperRefused,
    find_draft,
    keep_paper,
    list_papers,
    read_paper,
    remove_paper,
    seal_papers,
)
from office.roles import Role
from office.services import NotAllowed
from office.tasks import tidy_papers
from tests.office.conftest import DAY, at_the_same_moment, make_staff
from tests.office.scans import a_jpeg, a_pdf, a_png

TOKEN = uuid.UUID("6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a11")
UNTIL = dt.date(2056, 7, 1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def keep(by: Any, content: bytes = b"", token: uuid.UUID = TOKEN, **changes: Any) -> Paper:
    said = {"code": "LEASE_FILING", "name": "备案.jpg", **changes}
    return keep_paper(token=token, content=content or a_jpeg(), business_date=DAY, by=by, **said)


def seal(by: Any, number: str = "WD-kashgar-2026-000001", **changes: Any) -> PaperSeal:
    said = {"token": TOKEN, "kept_until": UNTIL, "business_date": DAY, **changes}
    return seal_papers(item_number=number, by=by, **said)


def files(media: Path) -> list[Path]:
    return sorted(path for path in media.rglob("*") if path.is_file())


# --- keeping -----------------------------------------------------------------------------------


def test_a_paper_is_kept_clean_encrypted_and_found_by_its_content(clerk, media):
    paper = keep(clerk)
    assert (paper.media_type, paper.pages, paper.name) == (JPEG, 1, "备案.jpg")
    (file,) = files(media)
    assert file == media / "papers" / "kashgar" / paper.sha256[:2] / paper.sha256
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not file.read_bytes().startswith(b"\xff\xd8")
    assert read_paper(paper).startswith(b"\xff\xd8\xff")
    event = AuditEvent.objects.get(action="papers.keep")
    assert (event.actor, event.subject) == (clerk, "LEASE_FILING")
    assert event.after["sha256"] == paper.sha256


def test_the_name_of_the_file_cannot_be_read_in_the_database(clerk):
    keep(clerk, name="张三 653101199002280015.jpg")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM office_paper")
        assert "653101" not in cursor.fetchone()[0]


def test_the_same_scan_again_is_the_paper_that_is_there(clerk, media):
    assert keep(clerk).pk == keep(clerk).pk
    assert keep(clerk, code="APPLICATION").pk != keep(clerk).pk
    assert len(files(media)) == 1


@pytest.mark.parametrize(
    "name",
    [
        "../../../../etc/passwd",
        "..\\..\\windows\\system32\\config.jpg",
        "/etc/passwd",
        "a\x00b\r\nSet-Cookie: x.jpg",
        "",
        "." * 400,
    ],
)
def test_no_name_leads_out_of_the_folder(clerk, media, name):
    paper = keep(clerk, name=name)
    assert not set("/\\\x00\r\n") & set(paper.name)
    assert 0 < len(paper.name) <= 120
    (file,) = files(media)
    assert file.is_relative_to(media / "papers" / "kashgar")


@pytest.mark.parametrize("sha256", ["../" * 10 + "etc/passwd", "", "A" * 64, "a" * 63 + "/"])
def test_only_digests_name_files(centre, sha256):
    with pytest.raises(ValueError, match="sha256"):
        paper_store.path_of(centre, sha256)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空文件"),
        (b"<svg onload='alert(1)'/>", "不是 JPEG"),
        (b"<html>", "不是 JPEG"),
        (b"PK\x03\x04" + bytes(100), "不是 JPEG"),
        (a_jpeg()[:90], "已损坏"),
        (a_pdf() + b"<script>", "夹带"),
        (a_jpeg() + bytes(MAX_BYTES), "10 MiB"),
        (a_pdf(pages=61), "61"),
    ],
)
def test_what_is_no_scan_leaves_nothing_behind(clerk, media, content, says):
    with pytest.raises(PaperRefused, match=says):
        keep_paper(
            token=TOKEN, code="LEASE_FILING", name="x.jpg", content=content or b"",
            business_date=DAY, by=clerk,
        )  # fmt: skip
    assert files(media) == []
    assert not Paper.objects.exists()
    assert not PaperFolder.objects.exists()


@pytest.mark.parametrize("code", ["", "lease", "../X", "A" * 33, "租赁"])
def test_an_impossible_kind_is_refused(clerk, code):
    with pytest.raises(PaperRefused, match="不存在"):
        keep(clerk, code=code)


@pytest.mark.parametrize("role", [Role.CHECKER, Role.AUDITOR])
def test_other_roles_keep_no_papers(staff, role):
    with pytest.raises(NotAllowed, match=r"papers\.keep"):
        keep(staff(role))


def test_a_form_belongs_to_whoever_began_it(clerk, staff):
    paper = keep(clerk)
    colleague = staff(Role.CLERK, "colleague")
    with pytest.raises(NotAllowed, match="他人"):
        keep(colleague)
    with pytest.raises(NotAllowed, match="他人"):
        remove_paper(paper=paper, by=colleague)
    with pytest.raises(NotAllowed, match="他人"):
        seal(colleague)
    assert find_draft(TOKEN, colleague) == []
    assert find_draft(TOKEN, clerk) == [paper]


def test_there_is_an_end_to_papers(clerk):
    for number in range(MOST_PAPERS):
        keep(clerk, a_png(40, 40 + number))
    with pytest.raises(PaperRefused, match="40"):
        keep(clerk, a_png(40, 200))


def test_a_removed_paper_is_no_longer_there_but_its_row_is(clerk):
    paper = keep(clerk)
    remove_paper(paper=paper, by=clerk)
    remove_paper(paper=paper, by=clerk)
    assert find_draft(TOKEN, clerk) == []
    assert Paper.objects.get().removed_at is not None
    assert AuditEvent.objects.filter(action="papers.remove").count() == 1
    paper.refresh_from_db()
    with pytest.raises(PaperRefused, match="已销毁"):
        read_paper(paper)
    assert keep(clerk).pk != paper.pk


# --- handing in --------------------------------------------------------------------------------


def test_after_it_was_handed_in_nothing_enters_or_leaves(clerk):
    paper = keep(clerk)
    seal(clerk)
    for deed in (
        lambda: keep(clerk, a_png()),
        lambda: remove_paper(paper=paper, by=clerk),
        lambda: seal(clerk, "WD-kashgar-2026-000002"),
    ):
        with pytest.raises(FolderSealed, match="WD-kashgar-2026-000001"):
            deed()
    assert list_papers(paper.folder.centre, "WD-kashgar-2026-000001") == [paper]
    assert find_draft(TOKEN, clerk) == []


def test_no_second_folder_slips_into_the_document(clerk):
    keep(clerk)
    seal(clerk)
    with pytest.raises(FolderSealed, match="已经归卷"):
        seal(clerk, token=uuid.uuid4())


def test_a_form_without_papers_is_sealed_too(clerk):
    seal(clerk)
    with pytest.raises(FolderSealed):
        keep(clerk)


def test_a_demanded_paper_that_is_missing_is_named(clerk):
    keep(clerk)
    with pytest.raises(PaperMissing, match="缺少必备材料：银行卡。"):
        seal(clerk, demanded={"LEASE_FILING": "租赁备案", "BANK_CARD": "银行卡"})
    assert not PaperSeal.objects.exists()
    seal(clerk, demanded={"LEASE_FILING": "租赁备案"})


def test_a_removed_paper_does_not_count_as_handed_in(clerk):
    remove_paper(paper=keep(clerk), by=clerk)
    with pytest.raises(PaperMissing):
        seal(clerk, demanded={"LEASE_FILING": "租赁备案"})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE office_paper SET removed_at = '2026-07-01 00:00:00+00'",
        "UPDATE office_paper SET sha256 = '0'",
        "DELETE FROM office_paper",
        "UPDATE office_paperseal SET item_number = 'X'",
        "DELETE FROM office_paperseal",
        "UPDATE office_paperfolder SET made_by_id = NULL",
        "INSERT INTO office_paper (folder_id, code, name, sha256, media_type, size_bytes, pages,"
        " made_by_id) SELECT folder_id, 'X', name, sha256, media_type, size_bytes, pages,"
        " made_by_id FROM office_paper",
    ],
)
def test_the_database_itself_keeps_a_sealed_folder_as_it_was(clerk, statement):
    keep(clerk)
    seal(clerk)
    with (
        pytest.raises(IntegrityError, match=r"sealed|append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_paper_and_the_seal_at_the_same_moment_end_in_one_order(clerk):
    keep(clerk)
    deeds = [lambda: keep(clerk, a_png()), lambda: seal(clerk)]
    kept, sealed = at_the_same_moment(2, lambda place: deeds[place]())
    assert isinstance(sealed, PaperSeal)
    assert isinstance(kept, Paper | FolderSealed)
    told = AuditEvent.objects.get(action="papers.seal").after["papers"]
    assert len(told) == Paper.objects.count()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_the_order_without_the_service(clerk):
    folder = keep(clerk).folder
    row = Paper.objects.values().get()

    def sneak(place: int) -> Any:
        with transaction.atomic():
            if place:
                return PaperSeal.objects.create(
                    folder=folder, centre=folder.centre, item_number="X", kept_until=UNTIL,
                    made_by=clerk,
                )  # fmt: skip
            return Paper.objects.create(**{**row, "id": None, "code": "SNEAK"})

    slipped_in, sealed = at_the_same_moment(2, sneak)
    assert isinstance(sealed, PaperSeal)
    if isinstance(slipped_in, Paper):
        assert slipped_in.made_at <= PaperSeal.objects.get().made_at
    else:
        assert "sealed" in str(slipped_in)


# --- at rest -----------------------------------------------------------------------------------


def test_a_file_that_was_changed_swapped_or_lost_is_not_shown(clerk, media):
    first, second = keep(clerk), keep(clerk, a_png())
    one, other = (paper_store.path_of(p.folder.centre, p.sha256) for p in (first, second))
    one.write_bytes(other.read_bytes())
    with pytest.raises(PaperRefused, match="缺失或损坏"):
        read_paper(first)
    other.unlink()
    with pytest.raises(PaperRefused, match="缺失或损坏"):
        read_paper(second)


def test_centres_do_not_share_files(clerk, other_centre, media):
    branch = other_centre.branches.get(code="hq")
    elsewhere = make_staff(Role.CLERK, branch, "elsewhere")
    assert keep(clerk).sha256 == keep(elsewhere, token=uuid.uuid4()).sha256
    one, other = files(media)
    other.write_bytes(one.read_bytes())
    with pytest.raises(PaperRefused):
        read_paper(Paper.objects.latest("id"))


def test_a_new_key_seals_the_files_again(clerk, settings):
    paper = keep(clerk)
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = f"{old},2:{'B' * 43}="
    call_command("rotate_keys", "--json")
    settings.FIELD_KEYS = f"2:{'B' * 43}="
    paper.refresh_from_db()
    assert read_paper(paper).startswith(b"\xff\xd8")


def test_a_crash_leaves_a_file_that_the_sweep_finds_a_day_later(clerk, centre, media):
    keep(clerk)
    orphan = media / "papers" / "kashgar" / "00" / ("0" * 64)
    part = media / "papers" / "kashgar" / "00" / ".part-x"
    orphan.parent.mkdir(exist_ok=True)
    for path in (orphan, part):
        path.write_bytes(b"v1:x")
    now = timezone.now()
    assert paper_store.sweep(centre, now) == 0
    assert paper_store.sweep(centre, now + dt.timedelta(days=2)) == 2
    assert len(files(media)) == 1


# --- the end -----------------------------------------------------------------------------------


def test_a_draft_nobody_handed_in_is_gone_after_a_week(clerk, centre, media):
    paper = keep(clerk)
    later = timezone.now() + DRAFT_LIFE + dt.timedelta(hours=1)
    assert drop_drafts(centre=centre, now=timezone.now()) == 0
    assert drop_drafts(centre=centre, now=later) == 1
    assert drop_drafts(centre=centre, now=later) == 0
    assert paper_store.sweep(centre, later) == 1
    assert files(media) == []
    paper.refresh_from_db()
    with pytest.raises(PaperRefused):
        read_paper(paper)


def test_what_was_handed_in_is_no_draft(clerk, centre):
    keep(clerk)
    seal(clerk)
    assert drop_drafts(centre=centre, now=timezone.now() + 10 * DRAFT_LIFE) == 0


def test_the_daily_task_leaves_living_papers_alone(clerk, media):
    keep(clerk)
    tidy_papers()
    assert len(files(media)) == 1


def test_papers_are_kept_to_the_last_day_and_destroyed_by_two(centre, clerk, supervisor, staff):
    paper = keep(clerk)
    sealed = seal(clerk)
    witness = staff(Role.SUPERVISOR, "witness")
    assert not list_due(centre, UNTIL).exists()
    after = UNTIL + dt.timedelta(days=1)
    assert list(list_due(centre, after)) == [sealed]
    with pytest.raises(SamePerson):
        destroy_due(centre=centre, on=after, by=supervisor, witness=supervisor)
    with pytest.raises(NotAllowed):
        destroy_due(centre=centre, on=after, by=supervisor, witness=clerk)
    spared = [sealed.item_number]
    both = {"by": supervisor, "witness": witness}
    assert destroy_due(centre=centre, on=after, spared=spared, **both) == []
    assert destroy_due(centre=centre, on=after, **both) == spared
    assert destroy_due(centre=centre, on=after, **both) == []
    paper.refresh_from_db()
    with pytest.raises(PaperRefused, match="已销毁"):
        read_paper(paper)
    assert list_papers(centre, sealed.item_number) == [paper]
    assert AuditEvent.objects.get(action="papers.destroy").after["witness"] == "witness"


def test_the_command_lists_first_and_destroys_with_two_names(
    centre, clerk, supervisor, staff, capsys, media
):
    keep(clerk)
    seal(clerk)
    staff(Role.SUPERVISOR, "witness")
    given = ["destroy_papers", "--centre", "kashgar", "--on", "2056-07-02", "--json"]
    call_command(*given)
    assert json.loads(capsys.readouterr().out)["due"] == ["WD-kashgar-2026-000001 2056-07-01"]
    for file in files(media):
        os.utime(file, (0, 0))
    with pytest.raises(CommandError, match="two persons"):
        call_command(*given, "--by", "supervisor")
    with pytest.raises(CommandError, match=r"监销|name a colleague"):
        call_command(*given, "--by", "supervisor", "--witness", "supervisor")
    call_command(*given, "--by", "supervisor", "--witness", "witness")
    said = json.loads(capsys.readouterr().out)
    assert said == {"due": [], "destroyed": ["WD-kashgar-2026-000001"], "files": 1}
    assert files(media) == []


@pytest.mark.parametrize(
    ("wrong", "names"), [(["--centre", "nowhere"], "nowhere"), (["--on", "2056-02-30"], "2056")]
)
def test_the_command_names_what_is_wrong(centre, wrong, names):
    with pytest.raises(CommandError, match=names):
        call_command("destroy_papers", *["--centre", "kashgar", *wrong])
