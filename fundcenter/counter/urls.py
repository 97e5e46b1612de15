"""Addresses of the counter. No document number, name or phone ever stands in one."""

from django.urls import path

from fundcenter.counter import (
    agreement,
    calculators,
    checks,
    decisions,
    desk,
    inbox,
    items,
    member,
    opening,
    settled,
    signin,
)
from fundcenter.counter.businesses import BUSINESSES

urlpatterns = [
    path("", desk.show_desk, name="desk"),
    path("sign-in/", signin.SignIn.as_view(), name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("still-here/", signin.still_here, name="still-here"),
    path("language/", signin.choose_language, name="language"),
    path("demo/person/", signin.change_person, name="change-person"),
    path("counter/search/", desk.search_members, name="search"),
    path("counter/inbox/", inbox.show_inbox, name="inbox"),
    path("counter/openings/new/", opening.fill, name="opening"),
    path("counter/openings/new/check/", opening.check, name="opening-check"),
    path("counter/openings/new/submit/", opening.hand_in, name="opening-submit"),
    path("counter/checks/enter/", checks.enter, name="check-enter"),
    path("counter/checks/<int:pk>/confirm/", checks.confirm, name="check-confirm"),
    path("counter/items/<slug:kind>/<str:number>/", items.show, name="item"),
    path("counter/items/<slug:kind>/<str:number>/approve/", items.approve, name="item-approve"),
    path("counter/items/<slug:kind>/<str:number>/return/", items.give_back, name="item-return"),
    path("counter/items/<slug:kind>/<str:number>/cancel/", items.take_back, name="item-cancel"),
    path("counter/members/<str:number>/", member.show, name="member"),
    path("counter/members/<str:number>/reveal/", member.reveal, name="reveal"),
    *(address for business in BUSINESSES for address in business.urls),
    path("counter/members/<str:number>/agreement/", agreement.fill, name="agreement"),
    path("counter/members/<str:number>/agreement/check/", agreement.check, name="agreement-check"),
    path("counter/members/<str:number>/agreement/submit/", agreement.sign, name="agreement-submit"),
    path("counter/members/<str:number>/seal/", agreement.seal_account, name="seal"),
    path("counter/members/<str:number>/unseal/", agreement.unseal_account, name="unseal"),
    path("counter/members/<str:number>/settled/<int:year>/", settled.of_member, name="settled"),
    path("counter/settlements/", settled.of_centre, name="settlements"),
    path("counter/decisions/<int:pk>/", decisions.show, name="decision"),
    path("counter/calculators/", calculators.show_list, name="calculators"),
    path("counter/calculators/<slug:name>/", calculators.ask, name="calculator"),
]
