"""The catalogue of the command line: complete, no longer than needed, compiled, well written."""

import gettext
import re
import string
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from resnet.cli import lab
from resnet.cli.translation import DOMAIN, words_of
from resnet.settings import ASSETS

# A language may begin with the screens: its command line is English then.
OTHERS = sorted(path.parts[-3] for path in (ASSETS / "locale").glob(f"*/*/{DOMAIN}.po"))
# Of click's words those that a mistake or a help of this program shows.
OF_CLICK = {
    "Error: {message}",
    "Usage:",
    "Options",
    "Commands",
    "required",
    "default: {default}",
    "Show this message and exit.",
    "Invalid value for {param_hint}: {message}",
    "No such option {name!r}.",
    "No such command {name!r}.",
    "Missing argument",
    "Missing option",
    "Missing command.",
    "{name} {filename!r} does not exist.",
    "{value!r} is not one of {choices}.",
    "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.",
    "Got unexpected extra arguments ({args})",
}


def catalogue(code: str) -> dict[str, str]:
    """Return the translations by the English words; of plurals, both with the last form."""
    with (ASSETS / "locale" / code / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        told = {message.id: message.string for message in read_po(file, code) if message.id}
    single = {words: text for words, text in told.items() if isinstance(words, str)}
    plural = {words[-1]: text[-1] for words, text in told.items() if not isinstance(words, str)}
    return single | plural


def clicks_own() -> set[str]:
    keywords = {"_": None, "ngettext": (1, 2)}
    found = extract_from_dir(Path(click.__file__).parent, [("**.py", "python")], keywords=keywords)
    return {words if isinstance(words, str) else words[-1] for _, _, words, *_ in found}


@pytest.mark.parametrize("code", OTHERS)
def test_every_help_is_translated_and_nothing_else_but_clicks_words(code):
    told, needed = set(catalogue(code)), set(words_of(lab))
    assert not needed - told, "Translate these in command_line.po, and run `make words`."
    assert OF_CLICK <= told - needed <= clicks_own()


@pytest.mark.parametrize("code", OTHERS)
def test_fields_and_options_agree(code):
    def fields(words: str) -> set[str]:
        named = {field for _, field, _, _ in string.Formatter().parse(words) if field}
        return named | set(re.findall(r"`[^`]*`|--[a-z-]+|MODEL|IMAGE|FILE|DIR|FOLDER", words))

    for words, text in catalogue(code).items():
        assert fields(text) == fields(words), words


@pytest.mark.parametrize("code", OTHERS)
def test_the_compiled_catalogue_is_as_new_as_its_words(code):
    compiled = gettext.translation(DOMAIN, ASSETS / "locale", [code])
    for words in words_of(lab):
        assert compiled.gettext(words) == catalogue(code)[words], "Run `make words`."
    for words in OF_CLICK & set(catalogue(code)):
        found = {compiled.gettext(words), *(compiled.ngettext(*pair, 2) for pair in plurals(code))}
        assert catalogue(code)[words] in found, "Run `make words`."


def plurals(code: str) -> list[tuple[str, str]]:
    with (ASSETS / "locale" / code / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return [message.id for message in read_po(file, code) if isinstance(message.id, tuple)]


def test_chinese_sentences_have_chinese_punctuation():
    for words in catalogue("zh").values():
        bare = re.sub(r"\{[^}]*\}|`[^`]*`|\d,\d", "", words)
        assert not re.search(r"[\u4e00-\u9fff][,;:?()]|[,;:?()][\u4e00-\u9fff]", bare), words
