"""The catalogue of the command line: complete, no longer than needed, compiled, well written."""

import gettext
import json
import os
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from resnet.cli import lab
from resnet.cli.translation import DOMAIN, words_of
from resnet.settings import ASSETS, PROJECT

EVERY_WORD = str(Path(__file__).with_name("every_word.py"))
# A language may begin with the screens: its command line is English then.
OTHERS = sorted(path.parts[-3] for path in (ASSETS / "locale").glob(f"*/*/{DOMAIN}.po"))
# click's own words, of every version that pyproject.toml allows, that a help or a mistake may show.
OF_CLICK = {
    "(Did you mean one of: {possibilities}?)",
    "Argument {name!r} takes {nargs} values.",
    "COMMAND [ARGS]...",
    "Choose from:\n\t{choices}",
    "Commands",
    "Could not open file {filename!r}: {message}",
    "Error: {message}",
    "Got unexpected extra arguments ({args})",
    "Invalid value for {param_hint}: {message}",
    "Invalid value: {message}",
    "Missing argument",
    "Missing command.",
    "Missing option",
    "Missing parameter",
    "Missing parameter: {param_name}",
    "Missing {param_type}",
    "No such command {name!r}.",
    "No such option {name!r}.",
    "No such option: {name}",
    "Option {name!r} does not take a value.",
    "Option {name!r} requires {nargs} arguments.",
    "Options",
    "Positional arguments",
    "Show this message and exit.",
    "Takes {nargs} values but {len} were given.",
    "Usage:",
    "[OPTIONS]",
    "default: {default}",
    "directory",
    "env var: {var}",
    "file",
    "float",
    "integer",
    "integer range",
    "path",
    "required",
    "text",
    "unknown error",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is not executable.",
    "{name} {filename!r} is not readable.",
    "{name} {filename!r} is not writable.",
    "{value!r} is not a valid {number_type}.",
    "{value!r} is not one of {choices}.",
    "{value} is not in the range {range}.",
}
LATIN = re.compile(r"[a-z]{2,}")


def catalogue(code: str) -> dict[str, str]:
    """Return the translations by the English words; of plurals, both with the last form."""
    with (ASSETS / "locale" / code / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        translated = {message.id: message.string for message in read_po(file, code) if message.id}
    single = {words: text for words, text in translated.items() if isinstance(words, str)}
    plural = {
        words[-1]: text[-1] for words, text in translated.items() if not isinstance(words, str)
    }
    return single | plural


@pytest.mark.parametrize("code", OTHERS)
def test_every_help_is_translated_and_nothing_else_but_clicks_words(code):
    translated, needed = set(catalogue(code)), set(words_of(lab))
    assert not needed - translated, "Translate these in command_line.po, and run `make words`."
    assert translated - needed == OF_CLICK


def english(path: str) -> dict[str, set[str]]:
    """The English words in each Chinese help and mistake, with the modules on a path."""
    ran = subprocess.run(
        [sys.executable, EVERY_WORD],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": path, "PYTHONUTF8": "1"},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    spoken = json.loads(ran.stdout)
    assert len(spoken["helps"]) > 30
    assert all(re.search("[\u4e00-\u9fff]", text) for text in spoken["mistakes"].values())
    with_latin = [*spoken["names"], *spoken["mistakes"], *catalogue("zh").values()]
    known = set(LATIN.findall(" ".join(with_latin).lower()))
    texts = {
        line: re.sub(r"python -m resnet .*", "", text).lower()
        for line, text in (spoken["helps"] | spoken["mistakes"]).items()
    }
    found = {line: set(LATIN.findall(text)) - known for line, text in texts.items()}
    return {line: words for line, words in found.items() if words}


def test_chinese_help_and_mistakes_hold_no_english_word():
    assert not english(str(PROJECT))


@pytest.mark.soak
@pytest.mark.parametrize("click_version", ["8.1.8", "8.5.*"])
def test_chinese_is_whole_with_every_click_that_may_be_installed(tmp_path, click_version):
    wanted = ["--no-deps", "--target", str(tmp_path), f"click=={click_version}"]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", *wanted]
    subprocess.run(pip, check=True, capture_output=True)
    assert not english(os.pathsep.join((str(tmp_path), str(PROJECT))))


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
