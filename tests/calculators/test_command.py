"""`manage.py calculate`: answers on standard output, refusals in one line with exit code 2."""

import io
import json
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from fundcenter.calculators.examples import FACTS, example_request
from fundcenter.calculators.run import run
from fundcenter.management.commands.calculate import Command
from tests.calculators.asking import CENTRES


def calculate(*arguments: str) -> str:
    out = io.StringIO()
    call_command("calculate", *arguments, stdout=out)
    return out.getvalue()


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("calculate", *arguments, stdout=io.StringIO())
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def single(name: str = "deadline", *arguments: str, on: str = "2026-01-31") -> tuple[str, ...]:
    return (name, "--centre", "kashgar", "--on", on, "--json", *arguments)


@pytest.fixture
def facts_file(tmp_path):
    def write(content):
        path = tmp_path / "facts.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    return write


@pytest.fixture
def typed(monkeypatch):
    """Put bytes on standard input."""

    def type_(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))

    return type_


@pytest.mark.parametrize("name", FACTS)
def test_one_json_object_is_printed_and_it_is_the_answer_of_the_rule(law, facts_file, name):
    printed = calculate(*single(name, "--facts", facts_file(FACTS[name])))

    assert printed.count("\n") == 1
    assert json.loads(printed) == run(name, example_request(name))


def test_facts_are_read_from_standard_input(law, typed):
    typed(json.dumps(FACTS["deadline"]).encode())

    assert json.loads(calculate(*single("deadline", "--facts", "-")))["outcome"] == "APPROVED"


def test_a_refusal_by_the_rule_is_a_normal_answer(law, facts_file):
    facts = FACTS["identity"] | {"number": "１１"}

    answer = json.loads(calculate(*single("identity", "--facts", facts_file(facts))))

    assert answer["outcome"] == "REFUSED"


def test_without_json_a_sheet_for_people_is_printed(law, facts_file):
    printed = calculate(
        "loan-quota", "--centre", "kashgar", "--on", "2026-01-31",
        "--facts", facts_file(FACTS["loan-quota"]),
    )  # fmt: skip

    assert printed.startswith("贷款额度 · kashgar · 2026-01-31\n符合规定\n")
    assert "可贷额度: 270000.00" in printed
    assert "✓" in printed


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "NAME: is required"),
        (("deadline",), "--centre: is required"),
        (("deadline", "--centre", "kashgar"), "--on: is required"),
        (single("dead-line"), "NAME: no calculator is called 'dead-line'"),
        (("deadline", "--centre", "beijing", "--on", "2026-01-31"), "centre: must be one of"),
        (single("deadline", on="2026-02-30"), "on: '2026-02-30' is not a date"),
        (single("deadline"), "facts.kind: is required"),
        (single("deadline", "--facts", "no/such/file"), "--facts: 'no/such/file'"),
        (single("deadline", "--facts", "."), "--facts: '.' cannot be read"),
        (single("deadline", "--facts", "a\0b"), "--facts: 'a\\x00b' cannot be read"),
        (("deadline", "--batch", "-"), "NAME: belongs to a single request"),
        (("--facts", "-", "--batch", "-"), "--facts: belongs to a single request"),
        (("--batch", "no/such/file"), "--batch: 'no/such/file'"),
    ],
)
def test_bad_arguments_are_refused_by_name(law, arguments, named):
    assert named in refusal(*arguments)


def test_an_unknown_argument_is_refused_in_one_line(capsys):
    with pytest.raises(SystemExit) as caught:
        Command().run_from_argv(["manage.py", "calculate", "--surprise"])

    assert caught.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "facts: is empty"),
        (b"\xef\xbb\xbf{}", "facts: starts with a byte order mark"),
        ('{"kind": "喀什"}'.encode("gb18030"), "not UTF-8"),
        (b'{"kind": "LOAN", "kind": "WITHDRAWAL"}', "facts.kind: the key 'kind' stands twice"),
        (b'{"kind": 1.5}', "facts.kind: '1.5' is a number with a point"),
        (b"[]", "facts: must be an object"),
        (b'{"kind": "LOAN\xff"}', "not UTF-8"),
        (b"[" * 100_000, "levels"),
        ({"kind": "LOAN", "accepted_on": "2026-01-32"}, "facts.accepted_on: '2026-01-32'"),
    ],
    ids=range(9),
)
def test_a_bad_file_of_facts_is_refused_by_path(law, facts_file, content, named):
    assert named in refusal(*single("deadline", "--facts", facts_file(content)))


def test_a_closed_standard_input_is_refused(law, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)

    assert "standard input is closed" in refusal(*single("deadline", "--facts", "-"))


def test_without_policies_the_next_step_is_named(db, facts_file):
    assert "load_policies" in refusal(*single("deadline", "--facts", facts_file(FACTS["deadline"])))


def test_a_batch_answers_line_by_line_in_order(law, typed):
    requests = [
        {"calculator": name} | example_request(name, centre) for centre in CENTRES for name in FACTS
    ]
    typed("\n".join(json.dumps(request) for request in requests).encode())

    answers = [json.loads(line) for line in calculate("--batch", "-").splitlines()]

    assert [(one["centre"], one["calculator"]) for one in answers] == [
        (one["centre"], one["calculator"]) for one in requests
    ]
    assert answers[3] == run(
        requests[3]["calculator"], example_request(*list(FACTS)[3:4], CENTRES[0])
    )


def test_a_bad_line_is_answered_by_its_error_and_does_not_stop_the_rest(law, typed, capsys):
    good = json.dumps({"calculator": "deadline"} | example_request("deadline"))
    bad = {
        "": "is empty",
        "{}": "calculator: is required",
        "[]": "must be an object",
        '{"calculator": 1}': "calculator: must be a string",
        '{"calculator": "x"}': "calculator: no calculator is called 'x'",
        '{"calculator": "deadline"}': "centre: is required",
        '{"centre": "a", "centre": "b"}': "centre: the key 'centre' stands twice",
        good.replace("kashgar", "urumqi"): "centre: must be one of",
        good.replace("WITHDRAWAL", "WITHDRAWN"): "facts.kind: must be one of",
        good.replace('"WITHDRAWAL"', "1e3"): "facts.kind: '1e3' is a number",
        "\ufeff" + good: "byte order mark",
    }
    lines = [line for one in bad for line in (one, good)]
    typed("\r\n".join(lines).encode())
    out = io.StringIO()

    with pytest.raises(SystemExit) as caught:
        call_command("calculate", "--batch", "-", stdout=out)

    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert caught.value.code == 1
    assert len(answers) == len(lines)
    assert all(answer["outcome"] == "APPROVED" for answer in answers[1::2])
    for answer, expected in zip(answers[::2], bad.values(), strict=True):
        assert list(answer) == ["error"]
        assert expected in answer["error"]


def test_a_thousand_requests_are_answered_in_order(law, typed):
    long_loan = FACTS["loan-schedule"] | {"term_months": 360}
    requests = [
        {"calculator": name} | example_request(name) | ({"facts": long_loan} if schedule else {})
        for _ in range(63)
        for name in FACTS
        for schedule in [name == "loan-schedule"]
    ][:1_000]
    typed("\n".join(json.dumps(request) for request in requests).encode())

    answers = [json.loads(line) for line in calculate("--batch", "-").splitlines()]

    assert [answer["calculator"] for answer in answers] == [
        request["calculator"] for request in requests
    ]
