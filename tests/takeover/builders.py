"""Workbooks of another system, and a centre that takes them over."""

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from openpyxl import Workbook

from contributions.models import Takeover
from contributions.services import approve_takeover, hand_in_workbook, submit_takeover
from fundcenter.takeover.checking import Trial, try_workbook
from fundcenter.takeover.sheets import SHEETS, Name
from fundcenter.tasks import BOOK, TRY, enqueue_takeover
from office.models import Job, User
from office.roles import Role
from office.runner import run_now
from tests.accounts.builders import Stage, make_staff, make_stage, number_of

DAY = dt.date(2026, 2, 3)
BORN = dt.date(1990, 3, 7)
Rows = dict[Name, list[dict[str, Any]]]


def one_account(place: int = 1, **changes: Any) -> Rows:
    """The rows of one account without a fault; ``changes`` go to the sheet of people."""
    number = f"OLD{place:06d}"
    person = {
        "原账号": number,
        "姓名": "张三",
        "证件类型": "居民身份证",
        "证件号码": number_of(BORN + dt.timedelta(days=place // 400), place % 400),
        "手机号": "13900000001",
        "就业形式": "个体经营",
        "支持群体": "无",
        "首次缴存": "是",
        "开户日期": "2024-09-01",
        "缴存身份": "灵活就业",
        "账户状态": "正常",
        **changes,
    }
    return {
        Name.PEOPLE: [person],
        Name.AGREEMENTS: [
            {
                "原账号": number,
                "缴存方式": "按月",
                "月缴存额": "500.00",
                "签订日期": "2024-09-01",
                "生效月份": "2024-09",
                "扣款银行": "中国建设银行",
                "银行卡号": "6217000010001234567",
                "扣款日": 10,
            }
        ],
        Name.BALANCES: [
            balance(number, "本金", "2025-06-30", "5000.00"),
            balance(number, "利息", "2025-06-30", "41.25"),
            balance(number, "本金", "2025-07-10", "500.00"),
            balance(number, "本金", "2025-10-08", "-200.00"),
            balance(number, "转入", "2025-03-01", "1000.00", "单位职工"),
        ],
        Name.MONTHS: [
            {"原账号": number, "起始月份": "2024-09", "截止月份": "2025-07", "每月金额": "500.00"}
        ],
        Name.SUBSIDIES: [
            {"原账号": number, "累计缴存补贴": "12.50", "已补贴次数": 1, "已领开户补贴": "0"}
        ],
        Name.EVENTS: [
            {"原账号": number, "事项": "提取", "发生日期": "2025-10-08", "凭据编号": f"TQ{place}"}
        ],
    }


def single(place: int = 1, **changes: Any) -> dict[str, Any]:
    """The row of a signed declaration of being single."""
    return {
        "原账号": f"OLD{place:06d}",
        "家庭情况": "单身声明",
        "起始日期": "2025-01-10",
        "证明编号": f"DS{place}",
        **changes,
    }


def married(place: int = 1, spouse: str = "", **changes: Any) -> dict[str, Any]:
    """The row of a marriage, by default with somebody without an account."""
    return {
        "原账号": f"OLD{place:06d}",
        "家庭情况": "已婚",
        "起始日期": "2018-05-20",
        "证明编号": f"J{place}",
        "配偶姓名": "张三" if spouse else "李四",
        "配偶证件类型": "居民身份证",
        "配偶证件号码": spouse or number_of(dt.date(1991, 5, 5), place, male=False),
        **changes,
    }


def number_in(rows: Rows, place: int) -> str:
    """The number of the paper of the account in that row of a workbook."""
    return str(rows[Name.PEOPLE][place - 1]["证件号码"])


def balance(
    number: str, component: str, day: str, amount: str, origin: str = "灵活就业"
) -> dict[str, Any]:
    return {
        "原账号": number,
        "资金来源": origin,
        "款项性质": component,
        "起息日": day,
        "金额": amount,
    }


def several(count: int, first: int = 1) -> Rows:
    rows: Rows = {sheet.name: [] for sheet in SHEETS}
    for place in range(first, first + count):
        for name, own in one_account(place).items():
            rows[name] += own
    return rows


def workbook(rows: Rows, without: Name | None = None) -> bytes:
    book = Workbook(write_only=True)
    for sheet in (one for one in SHEETS if one.name is not without):
        page = book.create_sheet(sheet.name.value)
        headings = [column.heading for column in sheet.columns]
        page.append(headings)
        for row in rows.get(sheet.name, []):
            page.append([row.get(heading) for heading in headings])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@dataclass
class Hall:
    """A centre with its finance desk and supervisor."""

    stage: Stage
    finance: User

    @property
    def supervisor(self) -> User:
        return self.stage.supervisor

    def trial(self, rows: Rows, **more: Any) -> Trial:
        centre = self.stage.centre
        return try_workbook(workbook(rows), centre=centre, business_date=self.stage.day, **more)

    def codes(self, rows: Rows) -> list[tuple[str, int, str, str]]:
        """The problems of a workbook as (sheet, row, column, code)."""
        return [(p.sheet, p.row, p.column, p.code) for p in self.trial(rows).problems]

    def hand_in(self, content: bytes, claimed: dict[str, int], by: User | None = None) -> Takeover:
        document = hand_in_workbook(
            centre=self.stage.centre,
            branch=self.stage.branch,
            file_name="旧系统.xlsx",
            content=content,
            claimed=claimed,
            business_date=self.stage.day,
            by=by or self.finance,
        )
        self.run(TRY, document)
        document.refresh_from_db()
        return document

    def run(self, kind: str, document: Takeover) -> Job:
        return run_now(job=enqueue_takeover(kind, document), clock=timezone.now)

    def take_over(self, rows: Rows) -> Takeover:
        """Hand in, try, submit, approve and book a workbook without a fault."""
        content = workbook(rows)
        document = self.hand_in(content, self.trial(rows).totals)
        document = submit_takeover(document=document, by=self.finance)
        document = approve_takeover(document=document, digest=document.digest, by=self.supervisor)
        job = self.run(BOOK, document)
        assert job.state == Job.State.DONE, job.error
        document.refresh_from_db()
        return document


def make_hall(code: str = "kashgar", day: dt.date = DAY) -> Hall:
    stage = make_stage(code, day)
    return Hall(stage, make_staff(stage.branch, f"{code}-finance", Role.FINANCE))
