"""The house rules as tests. Each message says what to do instead."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
APPS = ["office", "policy", "ledger", "banking", "accounts", "contributions", "loans", "subsidies"]
APPS += ["settlement", "fundcenter"]
LONGEST_FILE = 400
LONGEST_TEST = 600  # tables of cases may be longer than code
LONGEST_FUNCTION = 60

# Where a rule has its exceptions; everything else keeps it.
MAY_READ_THE_CLOCK = re.compile(
    r"/(tasks|views|admin|management|middleware)(/|\.py)|/(counter|api)/|^fundcenter/(health|demo)"
)
MAY_HOLD_SQL = re.compile(
    r"^settlement/(bulk\w*|\w+_sql)\.py|/guards\.py|/migrations/|^fundcenter/health\.py|^tests/"
)
# Tests may damage the books to see it found.
MAY_WRITE_THE_BOOKS = re.compile(
    r"^(ledger|settlement)/|^tests/ledger/|^tests/.*verify|^tests/settlement/builders"
)

CLOCK = re.compile(
    r"\b(datetime|dt|date|timezone|time|_dt)(\.datetime|\.date)?"
    r"\.(now|today|utcnow|localdate|localtime|time|time_ns)\("
)
SQL = re.compile(r"\.raw\(|\.extra\(|\bRawSQL\(|\.cursor\(")
SECONDS = re.compile(r"_SECONDS = ")
MACHINE_PATH = re.compile(r"(?<![\w.])/(home|root|Users|work|mnt)/\w")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, part of the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_files(*tops: str) -> list[Path]:
    """Python files, migrations apart; only those below the given folders when some are given."""
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and (not tops or path.relative_to(ROOT).parts[0] in tops)
    ]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=named(path))


def nodes(path: Path, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, kinds))


def lines_that_match(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Name file and line of every match in code; comments may speak of what code may not do."""
    return [
        f"{named(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line.split("#")[0])
    ]


def test_no_file_is_longer_than_400_lines():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    too_long = {
        named(path): lines
        for path, lines in lengths.items()
        if lines > (LONGEST_TEST if named(path).startswith("tests/") else LONGEST_FILE)
    }
    assert too_long == {}, "split it by subject: one noun per file"


def test_no_function_is_longer_than_60_lines():
    functions = (
        (path, node)
        for path in python_files()
        for node in nodes(path, ast.FunctionDef, ast.AsyncFunctionDef)
    )
    too_long = [
        f"{named(path)}:{node.lineno} {node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for path, node in functions
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert too_long == [], "branch in the parent, move the leaves into functions of their own"


def test_money_code_knows_no_float():
    found = [
        f"{named(path)}:{node.lineno}"
        for path in python_files("kernel", *APPS)
        if named(path) != "fundcenter/settings.py"
        for node in nodes(path, ast.Constant, ast.Call)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float")
        # how long a program waits is no money, where the name says that it is that
        if not SECONDS.search(path.read_text(encoding="utf-8").splitlines()[node.lineno - 1])
    ]
    assert found == [], "count in integer fen; between roundings use fractions.Fraction"


def test_no_column_is_a_decimal_or_a_float():
    found = lines_that_match(re.compile(r"\b(DecimalField|FloatField)\b"), python_files(*APPS))
    assert found == [], "money is a BigIntegerField of fen: SQLite keeps decimals as floats"


def test_only_the_edges_read_the_clock():
    paths = [
        path
        for path in python_files("kernel", *APPS)
        if not MAY_READ_THE_CLOCK.search("/" + named(path))
        and not MAY_READ_THE_CLOCK.search(named(path))
    ]
    assert lines_that_match(CLOCK, paths) == [], (
        "take the date or moment as an argument; tasks, views and commands read the clock"
    )


def test_migrations_are_named_by_a_person():
    names = [named(path) for path in tracked_files() if "migrations" in path.parts]
    assert [name for name in names if "_auto_" in name] == [], "name it after what it changes"


def test_every_model_says_what_it_stands_for():
    models = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]
    silent = [
        model.__name__
        for model in models
        if not model.__doc__ or model.__doc__.startswith(f"{model.__name__}(")
    ]
    assert silent == [], "write in its docstring what one row stands for"


def test_every_constraint_is_named_after_app_model_and_fact():
    models = [model for model in apps.get_models() if model._meta.app_label in APPS]
    unclear = [
        constraint.name
        for model in models
        for constraint in model._meta.constraints
        if not constraint.name.startswith(f"{model._meta.app_label}_")
    ]
    assert unclear == [], "name it <app>_<model>_<fact>; the name is what a violated rule shows"


def test_nothing_is_left_for_later():
    marker = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = [
        f"{named(path)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if marker.search(line)
    ]
    assert found == [], "do it now, or write an issue and leave the code without the note"


def test_sql_is_written_in_bulk_steps_and_guards_only():
    paths = [path for path in python_files(*APPS) if not MAY_HOLD_SQL.search(named(path))]
    assert lines_that_match(SQL, paths) == [], (
        "use the query API; a bulk step or guard that needs SQL has one module for both databases"
    )


def test_the_books_are_written_by_ledger_and_settlement_alone():
    books = [model.__name__ for model in apps.get_app_config("ledger").get_models()]
    if not books:
        return
    writes = re.compile(
        rf"\b({'|'.join(books)})\.objects\b.*\.(update|bulk_create|bulk_update|create|delete)\("
    )
    paths = [path for path in python_files() if not MAY_WRITE_THE_BOOKS.search(named(path))]
    assert lines_that_match(writes, paths) == [], "call ledger.services.post"


def test_nothing_imports_everything():
    found = [
        f"{named(path)}:{node.lineno}"
        for path in python_files()
        for node in nodes(path, ast.ImportFrom)
        if any(alias.name == "*" for alias in node.names)
    ]
    assert found == [], "name what you import"


def test_financial_rows_are_never_deleted_along_with_another():
    cascading = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in APPS
        for field in model._meta.get_fields()
        if field.concrete
        and field.is_relation
        and field.remote_field
        and getattr(field.remote_field, "on_delete", None).__name__ == "CASCADE"
        and not field.auto_created
        and not model._meta.auto_created
    ]
    assert cascading == [], "use on_delete=models.PROTECT: what money rests on stays"


def test_no_save_has_effects_of_its_own():
    overridden = [
        f"{named(path)}:{node.lineno}"
        for path in python_files(*APPS)
        if path.stem == "models" or path.parent.name == "models"
        for node in nodes(path, ast.FunctionDef)
        if node.name in ("save", "delete")
        and not all(isinstance(line, ast.Raise | ast.Expr) for line in node.body)
    ]
    assert overridden == [], "put it into a service; a save() that only refuses may stay"


def test_no_path_of_one_machine_is_written_down():
    text = {".py", ".md", ".toml", ".yaml", ".yml", ".html", ".css", ".js", ".po", ".sh", ""}
    found = [
        f"{named(path)}:{number}"
        for path in tracked_files()
        if path.suffix in text and "vendor" not in path.parts and path.stat().st_size < 1_000_000
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if MACHINE_PATH.search(line) and path != Path(__file__)
    ]
    assert found == [], "say where it is relative to the repository, or read it from a setting"
