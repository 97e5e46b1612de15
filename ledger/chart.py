"""The chart of accounts every centre's books are opened with, as data.

The three-digit codes are those of 财会字〔1999〕33号 《住房公积金会计核算办法》 and may not be
changed at will; the five-digit ones below them are ours. Money of people without an employer has
its own sub-tree (20102), apart from that of employees (20101): 专账核算, 分类登记. Subsidies have
an expense line of their own (41105, 41106), because the centre must show them separately.

``name`` is the official Chinese name and is stored with the account; ``title`` is the same for
readers of the interface, in their language.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SOURCE = "财会字〔1999〕33号"


class Code(StrEnum):
    """The accounts that services and postings name. A code is written down here only."""

    BANK = "10101"
    SURPLUS_BANK = "102"
    INTEREST_RECEIVABLE = "111"
    TRUST_LOANS = "121"
    OVERDUE_LOANS = "122"
    UNIT_DEPOSITS = "20101"
    FLEX_DEPOSITS = "20102"
    INTEREST_PAYABLE = "211"
    SUSPENSE = "21901"
    SUBSIDY_PAYABLE = "21902"
    REFUND_PAYABLE = "21903"
    WITHDRAWAL_PAYABLE = "21904"
    TRANSFER_PAYABLE = "21905"
    FEE_PAYABLE = "21401"
    HOUSING_PAYABLE = "21402"
    LOAN_RISK_RESERVE = "301"
    SURPLUS = "311"
    TO_RESERVE = "32101"
    TO_FEE = "32102"
    TO_HOUSING = "32103"
    UNDISTRIBUTED = "32104"
    LOAN_INTEREST_INCOME = "40103"
    OTHER_INCOME = "40105"
    INTEREST_EXPENSE = "41101"
    SUBSIDY_EXPENSE = "41105"
    OPENING_SUBSIDY_EXPENSE = "41106"


@dataclass(frozen=True)
class ChartLine:
    """One account of the chart; ``side``, ``role`` and ``book`` are the codes of the model."""

    code: str
    name: str
    title: str | Promise
    side: str
    role: str = "DETAIL"
    book: str = "CENTRE"


CHART: tuple[ChartLine, ...] = (
    ChartLine("101", "住房公积金存款", _("Provident fund at bank"), "DEBIT", "SUMMARY"),
    ChartLine("10101", "住房公积金活期存款", _("Provident fund at bank, demand"), "DEBIT"),
    ChartLine("10102", "住房公积金定期存款", _("Provident fund at bank, fixed term"), "DEBIT"),
    ChartLine("102", "增值收益存款", _("Value-added income at bank"), "DEBIT"),
    ChartLine("111", "应收利息", _("Interest receivable"), "DEBIT"),
    ChartLine("119", "其他应收款", _("Other receivables"), "DEBIT"),
    ChartLine("121", "委托贷款", _("Entrusted loans"), "DEBIT", "CONTROL"),
    ChartLine("122", "逾期贷款", _("Overdue loans"), "DEBIT", "CONTROL"),
    ChartLine("124", "国家债券", _("Government bonds"), "DEBIT"),
    ChartLine("201", "住房公积金", _("Housing provident fund"), "CREDIT", "SUMMARY"),
    ChartLine(
        "20101", "单位职工住房公积金", _("Provident fund of employees"), "CREDIT", "CONTROL", "UNIT"
    ),
    ChartLine(
        "20102",
        "灵活就业人员住房公积金",
        _("Provident fund of flexible employment"),
        "CREDIT",
        "CONTROL",
        "FLEX",
    ),
    ChartLine("211", "应付利息", _("Interest payable"), "CREDIT"),
    ChartLine("214", "专项应付款", _("Special payables"), "CREDIT", "SUMMARY"),
    ChartLine("21401", "应付管理费用", _("Management fee payable"), "CREDIT"),
    ChartLine(
        "21402", "应付公共租赁住房补充资金", _("Public housing supplement payable"), "CREDIT"
    ),
    ChartLine("219", "其他应付款", _("Other payables"), "CREDIT", "SUMMARY"),
    ChartLine("21901", "暂存款", _("Suspense receipts"), "CREDIT"),
    ChartLine("21902", "应付缴存补贴", _("Contribution subsidy payable"), "CREDIT"),
    ChartLine("21903", "待退款", _("Refunds payable"), "CREDIT"),
    ChartLine("21904", "应付提取款", _("Withdrawals payable"), "CREDIT"),
    ChartLine("21905", "应付转移款", _("Transfers payable"), "CREDIT"),
    ChartLine("301", "贷款风险准备", _("Loan risk reserve"), "CREDIT"),
    ChartLine("311", "增值收益", _("Value-added income"), "CREDIT"),
    ChartLine("321", "增值收益分配", _("Distribution of value-added income"), "CREDIT", "SUMMARY"),
    ChartLine("32101", "提取贷款风险准备", _("Allocated to the loan risk reserve"), "CREDIT"),
    ChartLine("32102", "提取管理费用", _("Allocated to the management fee"), "CREDIT"),
    ChartLine(
        "32103",
        "提取公共租赁住房补充资金",
        _("Allocated to the public housing supplement"),
        "CREDIT",
    ),
    ChartLine("32104", "待分配增值收益", _("Value-added income not yet distributed"), "CREDIT"),
    ChartLine("401", "业务收入", _("Operating income"), "CREDIT", "SUMMARY"),
    ChartLine("40101", "住房公积金利息收入", _("Interest income on the provident fund"), "CREDIT"),
    ChartLine("40102", "增值收益利息收入", _("Interest income on value-added income"), "CREDIT"),
    ChartLine("40103", "委托贷款利息收入", _("Interest income on entrusted loans"), "CREDIT"),
    ChartLine("40104", "国家债券利息收入", _("Interest income on government bonds"), "CREDIT"),
    ChartLine("40105", "其他收入", _("Other income"), "CREDIT"),
    ChartLine("411", "业务支出", _("Operating expense"), "DEBIT", "SUMMARY"),
    ChartLine("41101", "住房公积金利息支出", _("Interest expense on deposits"), "DEBIT"),
    ChartLine("41102", "归集手续费支出", _("Collection fees"), "DEBIT"),
    ChartLine("41103", "委托贷款手续费支出", _("Entrusted loan fees"), "DEBIT"),
    ChartLine("41104", "其他支出", _("Other expense"), "DEBIT"),
    ChartLine("41105", "灵活就业缴存补贴支出", _("Contribution subsidy expense"), "DEBIT"),
    ChartLine("41106", "开户补贴支出", _("Opening subsidy expense"), "DEBIT"),
)

TITLES: dict[str, str | Promise] = {line.code: line.title for line in CHART}
