"""Every page of the counter explains itself, in Chinese, without a mouse."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from fundcenter.counter.help import find_help
from fundcenter.counter.help_texts import BUSINESS_PURPOSES, KEYS, PAGES, PART_OF
from fundcenter.counter.urls import urlpatterns
from policy.terms import SUBJECTS

NAMES = sorted({address.name for address in urlpatterns})
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("name", NAMES)
def test_every_address_has_its_help_in_chinese(name):
    found = find_help(name)
    assert found is not None, "write it into fundcenter/counter/help_texts.py"
    with override("zh-hans"):
        for text in (found.purpose, *found.steps, found.refused):
            assert not str(text) or CHINESE.search(str(text)), text
        assert str(found.purpose)


def test_the_help_speaks_of_pages_and_subjects_that_exist():
    assert set(PART_OF.values()) <= set(PAGES)
    assert not set(PART_OF) & set(PAGES)
    law = {one for page in PAGES.values() for one in page.law}
    law |= {one for _, subjects in BUSINESS_PURPOSES.values() for one in subjects}
    assert law <= set(SUBJECTS)


def test_the_help_of_a_business_names_the_clauses_of_the_centre(clerk):
    page = clerk.get(reverse("help", args=["deposit"])).content.decode()
    assert "收缴存款" in page
    assert "喀什解读" in page


def test_a_page_asks_for_a_part_of_a_page_from_inside(clerk):
    address = reverse("help", args=["opening"])
    part = clerk.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "开立个人账户" in part
    assert "<html" in clerk.get(address).content.decode()


@pytest.mark.parametrize("name", ["desk", "inbox", "opening"])
def test_the_header_leads_to_the_help_of_the_page(clerk, name):
    assert reverse("help", args=[name]) in clerk.get(reverse(name)).content.decode()


def test_whoever_cannot_sign_in_finds_help_too(client):
    page = client.get(reverse("sign-in")).content.decode()
    assert reverse("help", args=["sign-in"]) in page
    assert "安全管理员" in client.get(reverse("help", args=["sign-in"])).content.decode()


def test_an_unknown_page_tells_the_keyboard_at_least(clerk):
    page = clerk.get(reverse("help", args=["nonsense"])).content.decode()
    for key, _ in KEYS:
        assert key in page


def test_the_page_of_an_error_leads_to_help(clerk):
    answer = clerk.get("/counter/members/nobody/")
    assert answer.status_code == 404
    assert "/counter/help/" in answer.content.decode()
