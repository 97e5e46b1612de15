"""The API's description of itself."""

import pytest
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from fundcenter.api.schemas import answer_schema, request_schema
from fundcenter.calculators.examples import FACTS, example_request
from fundcenter.calculators.registry import CALCULATORS
from tests.calculators.asking import CENTRES, ask


@pytest.fixture
def schema(db, client):
    return client.get("/api/schema/").json()


def test_the_schema_is_valid_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)


def test_the_schema_describes_every_calculator(schema):
    for name in FACTS:
        operation = schema["paths"][f"/api/v1/calculators/{name}/"]["post"]
        body = operation["requestBody"]["content"]["application/json"]
        facts = body["schema"]["properties"]["facts"]
        assert facts["additionalProperties"] is False
        assert set(FACTS[name]) <= set(facts["properties"])
        assert set(operation["responses"]) == {"200", "400", "413", "415", "429"}


def test_yaml_is_given_to_who_asks_for_it(db, client):
    answer = client.get("/api/schema/", headers={"accept": "application/vnd.oai.openapi"})

    assert answer.content.startswith(b"openapi: 3.1")


@pytest.mark.parametrize("name", FACTS)
def test_examples_and_answers_are_of_their_own_schema(name):
    Draft202012Validator(request_schema(CALCULATORS[name])).validate(example_request(name))
    for centre in CENTRES:
        answer = ask(name, example_request(name, centre))
        Draft202012Validator(answer_schema(CALCULATORS[name])).validate(answer)


def test_the_page_of_the_schema_needs_nothing_from_elsewhere(db, client):
    page = client.get("/api/docs/")
    text = page.content.decode()

    assert page.status_code == 200
    assert "http://" not in text
    assert "https://" not in text
    assert "<style" not in text
    assert "<script>" not in text
