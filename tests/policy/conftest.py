"""A loaded law, centres that read it, and the staff who may change it."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from office.models import Branch, Centre, User
from office.roles import Role
from office.services import create_centre, ensure_system_maker, open_day, save_staff
from policy.models import Proposal
from policy.services import LoadReport, ProposedValue, propose
from tests.law import load_law

TODAY = dt.date(2026, 7, 1)


def make_staff(branch: Branch | None, role: Role, username: str) -> User:
    user = User(
        username=username,
        display_name=username,
        role=role,
        branch=branch,
        centre=branch.centre if branch else None,
    )
    user.set_password("a-long-password-for-tests")
    return save_staff(user=user, by=None)


def make_centre(code: str) -> Centre:
    return create_centre(
        code=code, name=f"{code}中心", short_name=code, jurisdiction=code, branches={"hall": "大厅"}
    )


def write_packs(root: Path, pages: dict[str, str]) -> Path:
    """Write pages of packs: text by path."""
    for name, text in pages.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def law(db: None) -> LoadReport:
    return load_law(TODAY)


@pytest.fixture
def centre(law: LoadReport) -> Centre:
    return make_centre("kashgar")


@pytest.fixture
def supervisor(centre: Centre) -> User:
    return make_staff(centre.branches.get(), Role.SUPERVISOR, "supervisor")


@pytest.fixture
def second(centre: Centre) -> User:
    return make_staff(centre.branches.get(), Role.SUPERVISOR, "second")


@pytest.fixture
def open_centre(centre: Centre) -> Centre:
    open_day(centre=centre, date=TODAY, by=ensure_system_maker())
    return centre


@pytest.fixture
def new_value() -> Callable[..., ProposedValue]:
    """Kashgar's next highest monthly contribution, by a document of its own."""

    def make(**changes: object) -> ProposedValue:
        fields = {
            "jurisdiction": "kashgar",
            "key": "contribution.monthly_maximum",
            "printed": "6100.00",
            "effective_from": dt.date(2026, 8, 1),
            "document_title": "关于调整缴存限额的通知",
            "document_number": "喀住管〔2026〕3号",
            "document_clause": "一",
            "document_gist": "调整月缴存额上限",
        }
        return ProposedValue(**{**fields, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def proposal(centre: Centre, supervisor: User, new_value: Callable[..., ProposedValue]) -> Proposal:
    return propose(value=new_value(), centre=centre, business_date=TODAY, by=supervisor)
