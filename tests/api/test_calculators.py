"""The calculators over HTTP, and every refusal as a problem answer."""

import json

import pytest
from django.test import Client
from rest_framework.throttling import ScopedRateThrottle

from fundcenter.calculators.examples import FACTS, example_request
from fundcenter.calculators.run import run

PROBLEM_KEYS = {"type", "title", "status", "detail", "errors"}


def post(client: Client, name: str, body: object, **headers):
    data = body if isinstance(body, bytes) else json.dumps(body)
    kind = headers.pop("content_type", "application/json")
    return client.post(f"/api/v1/calculators/{name}/", data, content_type=kind, **headers)


def problem_of(answer, status: int) -> dict:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == PROBLEM_KEYS
    assert problem["status"] == status
    return problem


@pytest.mark.parametrize("name", FACTS)
def test_the_answer_is_the_same_as_that_of_the_rule_and_needs_no_login(law, client, name):
    answer = post(client, name, example_request(name))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer.json() == run(name, example_request(name))
    assert not answer.cookies


def test_no_token_against_forged_requests_is_needed(law):
    client = Client(enforce_csrf_checks=True)

    assert post(client, "deadline", example_request("deadline")).status_code == 200


def test_a_broken_session_does_not_hinder_a_calculation(law, client):
    client.cookies["sessionid"] = "broken"

    assert post(client, "deadline", example_request("deadline")).status_code == 200


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"centre": "beijing"}, "centre"),
        ({"on": "2026-02-30"}, "on"),
        ({"calculator": "deadline"}, "calculator"),
        ({"facts": {"kind": "LOAN", "accepted_on": "２０２６-01-01"}}, "facts.accepted_on"),
        ({"facts": {"kind": "LOAN"}}, "facts.accepted_on"),
        ({"facts": {"kind": "LOAN", "accepted_on": "2026-01-01", "x": 1}}, "facts.x"),
        ({"facts": {"kind": True, "accepted_on": "2026-01-01"}}, "facts.kind"),
        ({"facts": None}, "facts"),
    ],
)
def test_a_bad_request_names_the_path(law, client, change, path):
    answer = post(client, "deadline", example_request("deadline") | change)

    problem = problem_of(answer, 400)
    assert problem["errors"][0]["path"] == path
    assert problem["detail"].startswith(path)


def test_every_wrong_fact_is_named_at_once(law, client):
    request = example_request("deadline") | {"facts": {"kind": 1, "accepted_on": 2}}

    problem = problem_of(post(client, "deadline", request), 400)

    assert [one["path"] for one in problem["errors"]] == ["facts.kind", "facts.accepted_on"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", "centre"),
        (b"{", ""),
        (b"[]", ""),
        (b"\xef\xbb\xbf{}", ""),
        (b'{"facts": {"a": 1, "a": 2}}', "facts.a"),
        (b'{"facts": {"rows": [1.5]}}', "facts.rows[0]"),
        (b'{"facts": {"a": NaN}}', "facts.a"),
        (b'{"facts": {"a": "\\ud800"}}', "facts.a"),
        (b"[" * 100_000, ""),
        (b'{"a":' * 3_000 + b"1" + b"}" * 3_000, ""),
        (b'{"facts": ' + b"9" * 5_000 + b"}", "facts"),
        (b"\xff\xfe{}", ""),
    ],
    ids=range(12),
)
def test_a_body_that_is_not_strict_json_is_a_bad_request_and_never_an_error(
    law, client, body, path
):
    assert problem_of(post(client, "deadline", body), 400)["errors"][0]["path"] == path


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/json; charset=gbk",
        "application/json; charset=utf-16",
        "",
    ],
)
def test_another_kind_of_body_is_not_read(law, client, kind):
    problem_of(post(client, "deadline", b"{}", content_type=kind), 415)


def test_a_body_beyond_256_kilobytes_is_not_read(law, client):
    facts = FACTS["deadline"] | {"note": "x" * 262_144}

    problem = problem_of(
        post(client, "deadline", example_request("deadline") | {"facts": facts}), 413
    )

    assert "262144" in problem["detail"]


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_not_allowed(law, client, method):
    problem_of(getattr(client, method)("/api/v1/calculators/deadline/"), 405)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize(
    "place",
    ["/api/", "/api/v1/", "/api/v1/calculators/nope/", "/api/v1/calculators/deadline", "/api/x"],
)
def test_what_does_not_exist_is_a_problem_too(db, client, method, place):
    problem_of(getattr(client, method)(place), 404)


def test_an_unknown_calculator_is_told_which_there_are(db, client):
    answer = client.post("/api/v1/calculators/nope/", "{}", content_type="application/json")

    assert "loan-quota" in problem_of(answer, 404)["detail"]


@pytest.mark.parametrize("query", ["?a=1", "?centre=kashgar", "?centre=a&centre=b"])
def test_parameters_nobody_reads_are_refused(law, client, query):
    answer = client.post(
        f"/api/v1/calculators/deadline/{query}",
        json.dumps(example_request("deadline")),
        content_type="application/json",
    )

    problem_of(answer, 400)


def test_who_asks_too_often_is_slowed_down(law, client, monkeypatch):
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"calculators": "2/min"})
    for _ in range(2):
        assert post(client, "deadline", example_request("deadline")).status_code == 200

    answer = post(client, "deadline", example_request("deadline"))

    problem_of(answer, 429)
    assert int(answer["Retry-After"]) > 0


def test_what_nobody_foresaw_is_a_problem_without_its_inside(law, client, monkeypatch):
    def fail(name, request):
        raise RuntimeError("secret inside")

    monkeypatch.setattr("fundcenter.api.calculators.run", fail)

    problem = problem_of(post(client, "deadline", example_request("deadline")), 500)

    assert "secret" not in json.dumps(problem)


def test_without_policies_the_service_is_not_ready(db, client):
    problem = problem_of(post(client, "deadline", example_request("deadline")), 503)

    assert "load_policies" in problem["detail"]


def test_the_list_describes_what_each_calculator_reads_and_answers(law, client):
    listed = client.get("/api/v1/calculators/").json()["results"]

    assert {one["name"] for one in listed} == set(FACTS)
    for one in listed:
        assert one["facts"]["additionalProperties"] is False
        assert one["url"].endswith(f"/api/v1/calculators/{one['name']}/")
        assert client.get(f"/api/v1/calculators/{one['name']}/").json() == one
        answer = post(client, one["name"], one["example"])
        assert set(answer.json()["results"]) == set(one["results"]["properties"])


@pytest.mark.parametrize(("language", "text"), [("zh-hans", "受理"), ("en", "Accepted")])
def test_the_reader_chooses_the_language(law, client, language, text):
    client.cookies["django_language"] = language

    answer = post(client, "deadline", example_request("deadline")).json()

    assert text in answer["reasons"][0]["text"]
