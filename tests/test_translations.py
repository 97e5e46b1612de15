"""The texts that people read: every one has its Chinese, and the compiled files say the same."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation.template import templatize

from tests.test_tidy import named, python_files, tracked_files

CATALOGUES = "locale/zh_Hans/LC_MESSAGES/django.po"
PLAIN = {"_", "_lazy", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
_STRING = r"u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\""
CALL = re.compile(rf"\bn?p?gettext\((?:{_STRING}|,\s*|count)+\)")
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}


def catalogues() -> list[Path]:
    return [path for path in tracked_files() if named(path).endswith(CATALOGUES)]


def entries(catalogue: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield (flags, context, msgid, msgstr) of each entry; plural forms are joined."""
    for block in re.split(r"\n\s*\n", catalogue.read_text(encoding="utf-8")):
        parts: dict[str, str] = {}
        flags, key = "", ""
        for line in block.splitlines():
            if line.startswith("#,"):
                flags += line
            elif line.startswith("#"):
                continue
            elif match := re.match(r'(msg\w+(?:\[\d\])?) (".*")', line):
                key = match[1]
                parts[key] = ast.literal_eval(match[2])
            elif line.startswith('"') and key:
                parts[key] += ast.literal_eval(line)
        if parts.get("msgid"):
            translations = [text for name, text in parts.items() if name.startswith("msgstr")]
            text = "" if "" in translations else translations[0]
            yield flags, parts.get("msgctxt", ""), parts["msgid"], text


@pytest.mark.parametrize("catalogue", catalogues(), ids=named)
def test_every_text_is_translated_and_checked_by_a_person(catalogue):
    unfinished = [
        msgid for flags, _, msgid, msgstr in entries(catalogue) if not msgstr or "fuzzy" in flags
    ]
    assert unfinished == [], "write the Chinese text and take the fuzzy mark away"


@pytest.mark.parametrize("catalogue", catalogues(), ids=named)
def test_the_compiled_catalogue_says_what_the_written_one_says(catalogue):
    with catalogue.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    read = {key: text for key, text in compiled.items() if key}
    single = {key if isinstance(key, str) else key[0]: text for key, text in read.items()}
    written = {
        f"{context}\x04{msgid}" if context else msgid: msgstr
        for _, context, msgid, msgstr in entries(catalogue)
    }
    assert single == written, "run django-admin compilemessages in that folder"


@pytest.mark.parametrize("catalogue", catalogues(), ids=named)
def test_placeholders_survive_translation(catalogue):
    placeholder = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    changed = [
        msgid
        for _, _, msgid, msgstr in entries(catalogue)
        if msgstr and set(placeholder.findall(msgid)) != set(placeholder.findall(msgstr))
    ]
    assert changed == [], "keep every {name} and %(name)s of the English text"


def texts_of(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield (context, text) of every call that marks a text for translation."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        said = [one.value for one in node.args if isinstance(one, ast.Constant)]
        if node.func.id in PLAIN and said and isinstance(said[0], str):
            yield "", said[0]
        elif node.func.id in WITH_CONTEXT and len(said) > 1:
            yield said[0], said[1]


def texts_of_template(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (context, text) of a template, read as Django reads it for translators."""
    marked = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    calls = CALL.findall(marked)
    for call in calls:
        yield from texts_of(ast.parse(call))


def test_no_text_is_without_its_chinese():
    translation.activate("zh-hans")
    sources = {
        path: list(texts_of(ast.parse(path.read_text(encoding="utf-8"))))
        for path in python_files()
        if not named(path).startswith(("tests/", "bench/"))
    }
    sources |= {
        path: list(texts_of_template(path))
        for path in tracked_files()
        if path.suffix == ".html" and "templates" in path.parts
    }
    known = {(msgid, context) for one in catalogues() for context, msgid in keys(one)}
    missing = [
        f"{named(path)}: {text}"
        for path, texts in sources.items()
        for context, text in texts
        if (text, context) not in known and translation.gettext(text) == text
    ]
    assert missing == [], "write their Chinese into the catalogue of the app"


def keys(catalogue: Path) -> Iterator[tuple[str, str]]:
    """Yield (context, msgid) of every entry as it is compiled."""
    with catalogue.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    for key in compiled:
        text = key if isinstance(key, str) else key[0]
        context, _, msgid = text.rpartition("\x04")
        yield context, msgid


def test_texts_are_marked_by_the_names_that_gathering_looks_for():
    renamed = re.compile(r"import n?p?gettext(?:_lazy)? as (?!_\n)\w+")
    found = [named(path) for path in python_files() if renamed.search(path.read_text("utf-8"))]
    assert found == [], "makemessages does not find these texts: import gettext by its own name"
