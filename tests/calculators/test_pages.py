"""The 试算 pages: a form from the facts, the answer above it."""

import pytest

from fundcenter.calculators.examples import FACTS, example_request
from fundcenter.calculators.registry import CALCULATORS
from fundcenter.calculators.run import run
from fundcenter.counter.forms import fill, form_fields, read
from fundcenter.middleware import CONTENT_SECURITY_POLICY
from kernel.money import grouped_yuan, parse_yuan


def typed(name: str, **changes: object) -> dict[str, object]:
    """What the form of the example sends."""
    fields = form_fields(CALCULATORS[name])
    fill(fields, FACTS[name])
    sent = {field.path: field.value for field in fields}
    return {"centre": "kashgar", "on": "2026-01-31"} | sent | changes


def ask(client, name: str, **changes: object):
    return client.post(f"/counter/calculators/{name}/", typed(name, **changes))


@pytest.mark.parametrize("name", FACTS)
def test_what_the_form_sends_is_what_the_example_says(name, rf):
    request = rf.post("/", typed(name))

    assert read(form_fields(CALCULATORS[name]), request.POST) == FACTS[name]


@pytest.mark.parametrize("name", FACTS)
def test_every_page_shows_its_form_and_its_answer(law, client, name):
    empty = client.get(f"/counter/calculators/{name}/")
    answered = ask(client, name)

    assert (empty.status_code, answered.status_code) == (200, 200)
    answer = run(name, example_request(name))
    page = answered.content.decode()
    for reason in answer["reasons"]:
        assert reason["text"].split("“")[0] in page
    assert answered["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    for forbidden in ("<style", "<script>", "style=", "onclick="):
        assert forbidden not in page


def test_the_list_leads_to_every_calculator(law, client):
    page = client.get("/counter/calculators/").content.decode()

    for name in FACTS:
        assert f'href="/counter/calculators/{name}/"' in page


def test_the_verdict_opens_with_the_figure_that_is_looked_for(law, client):
    page = ask(client, "loan-quota").content.decode()

    assert "符合规定：可贷额度 270,000.00" in page
    assert "人民币贰拾柒万元整" in page
    assert "喀什解读 五" in page


def test_a_refusal_opens_with_what_stands_against_it(law, client):
    page = ask(client, "identity", number="110105194912310021").content.decode()

    assert "不符合规定：" in page
    assert "✗" in page


@pytest.mark.parametrize(
    ("name", "field", "value", "problem"),
    [
        ("loan-quota", "house.price", "1,000", "不是金额"),
        ("loan-quota", "term_months", "３００", "不是整数"),
        ("loan-quota", "applicants.0.birth_date", "1990", "不是 1900 至 2199 年间的日期"),
        ("loan-quota", "applicants.0.sex", "", "必须填写"),
        ("loan-quota", "applicants.0.contributions", "2025-01-10", "第1行，金额"),
        (
            "loan-quota",
            "applicants.0.contributions",
            "\n2025-01-10 500.00 2025-13",
            "第1行，所属月份",
        ),
        ("loan-quota", "applicants.0.contributions", "2025-01-10 500.00 2025-01 x", "有4列"),
        ("interest", "movements", "2025-07-01 500.00\n昨天 500.00", "第2行，日期"),
        ("subsidy", "movements", "2025-07-01 500.00 别处 2025-07", "第1行，资金来源"),
        ("deadline", "accepted_on", "2026-02-30", "不是 1900 至 2199 年间的日期"),
        ("contribution", "payment_amount", "", "必须填写"),
        ("contribution", "covered_until", "2026-13", "月份"),
        ("withdrawal", "ground", "RENTAL", "请在"),
        ("penalty", "annual_rate", "2.6%", "不是百分率"),
    ],
)
def test_a_wrong_field_is_marked_and_keeps_what_was_typed(law, client, name, field, value, problem):
    answer = ask(client, name, **{field: value})
    page = answer.content.decode()

    assert answer.status_code == 400
    assert f'id="e-{field}"' in page
    assert problem in page
    assert "不符合规定" not in page


def test_what_is_typed_is_never_markup(law, client):
    page = ask(client, "identity", number='"><script>alert(1)</script>').content.decode()

    assert "<script>" not in page


@pytest.mark.parametrize(("field", "value"), [("centre", "beijing"), ("on", ""), ("on", "today")])
def test_a_wrong_centre_or_day_is_said_above_the_form(law, client, field, value):
    answer = ask(client, "deadline", **{field: value})

    assert answer.status_code == 400
    assert f"<small>{field}: " in answer.content.decode()


def test_an_unknown_calculator_is_not_found(law, client):
    assert client.get("/counter/calculators/nope/").status_code == 404


def test_without_policies_the_page_says_what_to_do(db, client):
    answer = client.get("/counter/calculators/deadline/")

    assert answer.status_code == 503
    assert "load_policies" in answer.content.decode()


def test_rows_of_an_example_stand_in_lines_of_their_own():
    fields = form_fields(CALCULATORS["loan-quota"])
    fill(fields, FACTS["loan-quota"])
    (paid,) = (one for one in fields if one.path == "applicants.0.contributions")

    lines = paid.value.splitlines()
    assert lines[0] == "2025-01-10 500.00 2025-01"
    assert len(lines) == len(FACTS["loan-quota"]["applicants"][0]["contributions"])


def test_who_borrows_together_is_a_second_person_and_nobody_where_nothing_is_typed(law, client):
    alone = ask(client, "loan-quota").content.decode()
    assert "可贷额度 270,000.00" in alone
    first = {name: value for name, value in typed("loan-quota").items() if "applicants.0" in name}
    spouse = {name.replace(".0.", ".1."): value for name, value in first.items()}
    both = ask(client, "loan-quota", **spouse).content.decode()
    request = example_request("loan-quota")
    facts = request["facts"] | {"applicants": 2 * request["facts"]["applicants"]}
    quota = run("loan-quota", request | {"facts": facts})["results"]["quota"]
    assert f"可贷额度 {grouped_yuan(parse_yuan(quota))}" in both


def test_half_a_second_person_is_asked_for_the_rest(law, client):
    answer = ask(client, "loan-quota", **{"applicants.1.sex": "F"})

    assert answer.status_code == 400
    assert 'id="e-applicants.1.birth_date"' in answer.content.decode()


def test_columns_come_from_a_spreadsheet_and_codes_by_their_words(law, rf):
    table = "2025-07-01\t500.00\t灵活就业缴存\t2025-07、2025-08\n\n2025-08-01  -100.00  UNIT  -"
    request = rf.post("/", typed("subsidy", movements=table))

    facts = read(form_fields(CALCULATORS["subsidy"]), request.POST)
    assert facts["movements"] == [
        {
            "date": "2025-07-01",
            "amount": "500.00",
            "origin": "FLEX",
            "covers": ["2025-07", "2025-08"],
        },
        {"date": "2025-08-01", "amount": "-100.00", "origin": "UNIT", "covers": []},
    ]


def test_every_fact_and_column_has_a_word(law, client):
    for name, calculator in CALCULATORS.items():
        for field in form_fields(calculator):
            for said in (field.label, *(column.label for column in field.columns)):
                assert "_" not in str(said), (name, field.path)
                assert not str(said).isascii(), (name, field.path)
