"""Who may go where: every address of the counter with the permission that opens it.

One table, from which ``test_matrix`` derives what each role must get. An address that is missing
here fails the test; the addresses of the admin are derived from its register of models.
"""

from dataclasses import dataclass, field
from typing import Any

from fundcenter.counter.businesses import BUSINESSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An address: what opens it, and what stands in it.

    ``permission``: the code that lets a role in, empty for all staff of a centre. ``of``: which
    object of the hall stands in the address. ``public``: for everybody. ``hidden``: the role that
    may not gets 404, because the page is its own teller's. ``by_kind``: the permission is that of
    the document's second person. ``empty``: there is nothing to show even in one's own centre.
    ``slug``: the name that stands in the address, of a calculator or a paper.
    """

    permission: str = ""
    of: str = ""
    post: bool = False
    public: bool = False
    hidden: bool = False
    by_kind: bool = False
    empty: bool = False
    slug: str = "deadline"
    body: dict[str, Any] = field(default_factory=dict)


ACCOUNT = "counter/members/<str:number>/"
ITEM = "counter/items/<slug:kind>/<str:number>/"
TAKEOVER = "counter/takeovers/<str:number>/"
EVERYBODY = Page(public=True)

PAGES: dict[str, Page] = {
    "": Page(),
    "sign-in/": EVERYBODY,
    "sign-out/": EVERYBODY,
    "still-here/": EVERYBODY,
    "language/": EVERYBODY,
    "demo/person/": EVERYBODY,
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "favicon.ico": EVERYBODY,
    "counter/calculators/": EVERYBODY,
    "counter/calculators/<slug:name>/": EVERYBODY,
    "counter/help/<slug:page>/": EVERYBODY,
    "counter/search/": Page(permission="members.view", post=True, body={"q": "王芳"}),
    "counter/inbox/": Page(),
    "counter/openings/new/": Page(permission="accounts.open"),
    "counter/openings/new/check/": Page(permission="accounts.open", post=True),
    "counter/openings/new/submit/": Page(permission="accounts.open", post=True),
    "counter/checks/enter/": Page(permission="accounts.check_platform", post=True),
    "counter/checks/<int:pk>/confirm/": Page(
        permission="accounts.enter_platform_result", of="check", post=True
    ),
    ITEM: Page(permission="members.view", of="item"),
    f"{ITEM}approve/": Page(permission="members.view", of="item", post=True, by_kind=True),
    f"{ITEM}return/": Page(permission="members.view", of="item", post=True, by_kind=True),
    f"{ITEM}refuse/": Page(permission="members.view", of="item", post=True, by_kind=True),
    f"{ITEM}cancel/": Page(permission="members.view", of="item", post=True),
    ACCOUNT: Page(permission="members.view", of="account"),
    f"{ACCOUNT}reveal/": Page(permission="members.reveal", of="account", post=True),
    f"{ACCOUNT}agreement/": Page(permission="accounts.amend", of="account"),
    f"{ACCOUNT}agreement/check/": Page(permission="accounts.amend", of="account", post=True),
    f"{ACCOUNT}agreement/submit/": Page(permission="accounts.amend", of="account", post=True),
    f"{ACCOUNT}seal/": Page(permission="accounts.seal", of="account"),
    f"{ACCOUNT}unseal/": Page(permission="accounts.unseal", of="account"),
    f"{ACCOUNT}agreement/text/": Page(permission="accounts.view", of="account"),
    f"{ACCOUNT}settled/<int:year>/": Page(permission="settlement.view", of="year", empty=True),
    f"{ACCOUNT}certificates/": Page(permission="contributions.view", of="account"),
    "counter/prints/verify/": Page(permission="members.view"),
    "counter/prints/<slug:name>/<str:number>.pdf": Page(
        permission="contributions.view", of="account", slug="statement"
    ),
    "counter/payouts/": Page(permission="contributions.pay_out"),
    "counter/payouts/<str:number>/": Page(
        permission="contributions.pay_out", of="payout", post=True
    ),
    "counter/debits/": Page(permission="loans.disburse"),
    "counter/debits/build/": Page(permission="loans.disburse", post=True),
    "counter/debits/answer/": Page(permission="loans.disburse", post=True),
    "counter/debits/<str:number>.csv": Page(permission="loans.disburse", of="debits"),
    "counter/loan-payments/": Page(permission="loans.disburse"),
    "counter/loan-payments/<str:number>/": Page(permission="loans.disburse", of="loan", post=True),
    "counter/loan-payments/<str:number>/undo/": Page(
        permission="loans.disburse", of="loan-payment", post=True
    ),
    f"{ACCOUNT}loan-answer/": Page(permission="accounts.check_platform", of="account", post=True),
    "counter/loans/<str:number>/ask/": Page(
        permission="accounts.check_platform", of="loan", post=True
    ),
    "counter/loans/<str:number>/reading/": Page(
        permission="loans.approve", of="loan-application", post=True
    ),
    "counter/disputes/": Page(permission="contributions.view"),
    "counter/disputes/<str:number>/": Page(permission="contributions.dispute", of="dispute"),
    "counter/transfers/": Page(permission="contributions.view"),
    "counter/transfers/exchange/": Page(permission="contributions.transfer", post=True),
    "counter/transfers/<str:number>/end/": Page(
        permission="contributions.transfer", of="transfer-in", post=True
    ),
    "counter/transfers/<str:number>/pay/": Page(
        permission="contributions.pay_out", of="transfer-out", post=True
    ),
    "counter/papers/<slug:business>/<uuid:token>/": Page(permission="papers.keep"),
    "counter/papers/<int:pk>/": Page(permission="papers.view", of="paper", hidden=True),
    "counter/papers/<int:pk>/small/": Page(permission="papers.view", of="paper", hidden=True),
    "counter/day-end/": Page(permission="loans.view"),
    "counter/day-end/run/": Page(permission="jobs.run", post=True),
    "counter/write-offs/": Page(permission="loans.view"),
    "counter/write-offs/<str:number>/": Page(permission="loans.view", of="write-off"),
    "counter/settlements/": Page(permission="settlement.view"),
    "counter/surplus/new/": Page(permission="settlement.preview"),
    "counter/surplus/new/check/": Page(permission="settlement.preview", post=True),
    "counter/surplus/new/submit/": Page(permission="settlement.preview", post=True),
    "counter/decisions/<int:pk>/": Page(permission="contributions.view", of="decision"),
    "counter/loans/<str:number>/": Page(permission="loans.view", of="loan"),
    "counter/lists/": Page(permission="members.view"),
    "counter/lists/<slug:name>/": Page(permission="accounts.view", slug="accounts"),
    "counter/lists/<slug:name>/export/": Page(
        permission="reports.export", post=True, slug="accounts"
    ),
    "counter/lists/<slug:name>/filters/": Page(
        permission="accounts.view", post=True, slug="accounts", body={"name": "我的"}
    ),
    "counter/lists/<slug:name>/filters/<int:pk>/": Page(
        permission="accounts.view", of="filter", post=True, slug="accounts"
    ),
    "counter/takeovers/": Page(permission="takeover.submit"),
    "counter/takeovers/template/": Page(permission="takeover.submit"),
    "counter/takeovers/hand-in/": Page(permission="takeover.submit", post=True),
    TAKEOVER: Page(permission="takeover.submit", of="takeover"),
    f"{TAKEOVER}errors/": Page(permission="takeover.submit", of="takeover"),
    f"{TAKEOVER}submit/": Page(permission="takeover.submit", of="takeover", post=True),
    f"{TAKEOVER}drop/": Page(permission="takeover.submit", of="takeover", post=True),
    "counter/drawer/": Page(permission="drawers.close"),
    "counter/drawer/export/": Page(permission="drawers.close"),
    "counter/drawers/": Page(permission="drawers.view"),
    "counter/drawers/<int:pk>/": Page(permission="drawers.view", of="closing", hidden=True),
    "counter/drawers/<int:pk>/reopen/": Page(permission="drawers.reopen", of="closing", post=True),
}
# The three steps of a business are made from its description, and so is their place here.
PAGES |= {
    f"{ACCOUNT}{business.name}/{step}": Page(
        permission=business.permission, of="account", post=bool(step)
    )
    for business in BUSINESSES
    for step in ("", "check/", "submit/")
}
