"""The workbook of a takeover as data: its sheets and columns, in the words of the trade.

Headings, notes and examples are Chinese whatever language the interface speaks: a workbook is a
paper of the centre, and it is found by its headings when it comes back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fundcenter.takeover.cells import Column, choice, count, day, digits_of, fen, month, text_of

MOST_ROWS = 300_000
NOTES = "填表说明"
ERROR_HEADING = "错误说明"


class Name(StrEnum):
    """The sheets."""

    PEOPLE = "人员账户"
    AGREEMENTS = "协议"
    BALANCES = "期初余额"
    MONTHS = "缴存月份"
    SUBSIDIES = "补贴"
    EVENTS = "事件"
    HOUSEHOLDS = "家庭"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its columns, what it is for, and whether an old number may stand there twice.

    One that is not ``required`` may be missing as a whole: workbooks of older templates lack it,
    and its control totals, typed by hand, notice one that was forgotten.
    """

    name: Name
    about: str
    columns: tuple[Column, ...]
    once: bool = True
    required: bool = True


def _choice(
    key: str, heading: str, words: Mapping[str, str], note: str, *, required: bool = True
) -> Column:
    return Column(
        key=key,
        heading=heading,
        read=choice(words),
        note=f"{note}填：{'、'.join(words)}",
        example=next(iter(words)),
        required=required,
        choices=words,
    )


def _number() -> Column:
    return Column(
        key="old_number",
        heading="原账号",
        read=text_of(40),
        note="原系统的个人账号，文本格式，全中心不重复；各表以此对应",
        example="GJJ0000123",
    )


YES_NO = {"是": "1", "否": ""}
DOCUMENTS = {
    "居民身份证": "RESIDENT_ID",
    "港澳台居民居住证": "HMT_RESIDENCE_PERMIT",
    "外国人永久居留身份证": "FOREIGN_PERMANENT_RESIDENT_ID",
}
SEXES = {"男": "M", "女": "F"}
EMPLOYMENTS = {"个体经营": "SELF_EMPLOYED", "非全日制": "PART_TIME", "新就业形态": "NEW_FORM"}
GROUPS = {"无": "NONE", "高校毕业生": "GRADUATE", "引进人才": "TALENT"}
RETIREMENTS = {"男60": "MEN_60", "女55": "WOMEN_55", "女50": "WOMEN_50"}
IDENTITIES = {"灵活就业": "FLEX", "单位职工": "UNIT"}
STATES = {"正常": "NORMAL", "封存": "SEALED"}
MODES = {
    "按月": "MONTHLY",
    "按季": "QUARTERLY",
    "按半年": "HALF_YEARLY",
    "按年": "YEARLY",
    "自由缴存": "FREE",
}
COMPONENTS = {"本金": "PRINCIPAL", "转入": "TRANSFER_IN", "利息": "INTEREST", "补贴": "SUBSIDY"}
EVENTS = {
    "提取": "WITHDRAWAL",
    "自愿提取": "VOLUNTARY_WITHDRAWAL",
    "申请贷款": "LOAN_APPLIED",
    "发放贷款": "LOAN_DISBURSED",
    "欠缴": "ARREARS",
    "封存": "SEALED",
}

HOUSEHOLDS = {"已婚": "MARRIED", "单身声明": "UNMARRIED"}

PEOPLE = Sheet(
    Name.PEOPLE,
    "每个尚未销户的账户一行",
    (
        _number(),
        Column(key="name", heading="姓名", read=text_of(80), note="与证件一致", example="张三"),
        _choice("document_type", "证件类型", DOCUMENTS, ""),
        Column(
            key="number",
            heading="证件号码",
            read=text_of(18),
            note="文本格式，校验码须正确",
            example="110101199003074477",
            secret=True,
        ),
        _choice("sex", "性别", SEXES, "证件号码不含性别时必填；", required=False),
        Column(
            key="birth_date",
            heading="出生日期",
            read=day,
            note="证件号码不含出生日期时必填",
            example="1990-03-07",
            required=False,
        ),
        Column(
            key="phone",
            heading="手机号",
            read=digits_of(11, 11),
            note="11位，文本格式",
            example="13900000001",
            required=False,
            secret=True,
        ),
        _choice("employment", "就业形式", EMPLOYMENTS, ""),
        _choice("subsidy_category", "支持群体", GROUPS, ""),
        Column(
            key="left_school_date",
            heading="离校日期",
            read=day,
            note="仅高校毕业生填写",
            example="",
            required=False,
        ),
        _choice("retirement_category", "退休类别", RETIREMENTS, "不填按性别；", required=False),
        _choice("first_time", "首次缴存", YES_NO, "本市此前无公积金账户为是；"),
        Column(
            key="opened_date", heading="开户日期", read=day, note="原开户日", example="2024-09-01"
        ),
        _choice("identity", "缴存身份", IDENTITIES, ""),
        _choice("state", "账户状态", STATES, ""),
        Column(
            key="sealed_date",
            heading="封存日期",
            read=day,
            note="状态为封存时必填",
            example="",
            required=False,
        ),
    ),
)
AGREEMENTS = Sheet(
    Name.AGREEMENTS,
    "每个账户一行：现行协议与委托收款",
    (
        _number(),
        _choice("mode", "缴存方式", MODES, ""),
        Column(
            key="monthly_amount_fen",
            heading="月缴存额",
            read=fen(),
            note="元，最多两位小数；自由缴存可不填",
            example="500.00",
            required=False,
        ),
        Column(key="signed_date", heading="签订日期", read=day, note="", example="2024-09-01"),
        Column(
            key="effective_month",
            heading="生效月份",
            read=month,
            note="年-月",
            example="2024-09",
        ),
        Column(
            key="bank",
            heading="扣款银行",
            read=text_of(40),
            note="无委托收款时与卡号、扣款日均留空",
            example="中国建设银行",
            required=False,
        ),
        Column(
            key="card",
            heading="银行卡号",
            read=digits_of(12, 19),
            note="本人卡，文本格式",
            example="6217000010001234567",
            required=False,
            secret=True,
        ),
        Column(
            key="debit_day",
            heading="扣款日",
            read=count(1, 28),
            note="1至28",
            example=10,
            required=False,
        ),
    ),
)
BALANCES = Sheet(
    Name.BALANCES,
    "本结息年度的每笔收支一行，以前年度余额可并为上一结息日一行；支出填负数",
    (
        _number(),
        _choice("unit", "资金来源", IDENTITIES, ""),
        _choice("component", "款项性质", COMPONENTS, ""),
        Column(
            key="value_date",
            heading="起息日",
            read=day,
            note="利息和补贴只能是已结息的日期",
            example="2025-06-30",
        ),
        Column(
            key="amount_fen",
            heading="金额",
            read=fen(signed=True),
            note="元，最多两位小数，支出为负",
            example="6000.00",
        ),
    ),
    once=False,
)
MONTHS = Sheet(
    Name.MONTHS,
    "已缴存的月份，连续且金额相同的一段一行",
    (
        _number(),
        Column(key="first", heading="起始月份", read=month, note="年-月", example="2024-09"),
        Column(key="last", heading="截止月份", read=month, note="年-月，含当月", example="2025-06"),
        Column(key="amount_fen", heading="每月金额", read=fen(), note="元", example="500.00"),
    ),
    once=False,
)
SUBSIDIES = Sheet(
    Name.SUBSIDIES,
    "只列领取过补贴的人员；金额已含在期初余额中，此处只记累计",
    (
        _number(),
        Column(
            key="credited_fen",
            heading="累计缴存补贴",
            read=fen(zero=True),
            note="元，一生累计",
            example="320.50",
        ),
        Column(
            key="credits",
            heading="已补贴次数",
            read=count(0, 99),
            note="已入账的结算年度数",
            example=1,
        ),
        Column(
            key="opening_fen",
            heading="已领开户补贴",
            read=fen(zero=True),
            note="元，未领填0",
            example="0.00",
        ),
    ),
)
EVENT_ROWS = Sheet(
    Name.EVENTS,
    "影响补贴的事项，每项一行；没有可留空表",
    (
        _number(),
        _choice("kind", "事项", EVENTS, ""),
        Column(key="date", heading="发生日期", read=day, note="", example="2025-10-08"),
        Column(
            key="document_no",
            heading="凭据编号",
            read=text_of(64),
            note="原系统的业务编号",
            example="TQ2025-0012",
        ),
    ),
    once=False,
)
HOUSEHOLD_ROWS = Sheet(
    Name.HOUSEHOLDS,
    "已婚或签过单身声明的人员一行，只填现状；夫妻二人都有账户的，填一方或双方都填均可",
    (
        _number(),
        _choice("kind", "家庭情况", HOUSEHOLDS, ""),
        Column(
            key="since",
            heading="起始日期",
            read=day,
            note="结婚登记日；单身声明填签署日",
            example="2018-05-20",
        ),
        Column(
            key="evidence_no",
            heading="证明编号",
            read=text_of(64),
            note="结婚证字号；单身声明填原系统的业务编号",
            example="J371300-2018-001234",
        ),
        Column(
            key="spouse_name",
            heading="配偶姓名",
            read=text_of(80),
            note="已婚必填，与证件一致",
            example="李四",
            required=False,
        ),
        _choice("spouse_document_type", "配偶证件类型", DOCUMENTS, "已婚必填；", required=False),
        Column(
            key="spouse_number",
            heading="配偶证件号码",
            read=text_of(18),
            note="已婚必填，文本格式，校验码须正确",
            example="110101199105054460",
            required=False,
            secret=True,
        ),
    ),
    required=False,
)
SHEETS: tuple[Sheet, ...] = (
    PEOPLE,
    AGREEMENTS,
    BALANCES,
    MONTHS,
    SUBSIDIES,
    EVENT_ROWS,
    HOUSEHOLD_ROWS,
)
