"""The lessons: their files are read rightly, and all languages tell the same."""

import re
import shutil

import pytest

from resnet.course import lessons
from resnet.course.lessons import (
    LESSONS,
    Exercise,
    Figure,
    Question,
    Sources,
    Text,
    explained,
    glossary,
    lesson_file,
    read_lesson,
    without_terms,
)
from resnet.language import LANGUAGES

NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)(?![\d,.]*\s*月)\s*(million|百万|万|亿)?")
FACTORS = {"": 1, "million": 1e6, "百万": 1e6, "万": 1e4, "亿": 1e8}

TRANSLATIONS = [code for code in LANGUAGES if code != "en"]


def words_of(part) -> str:
    if isinstance(part, Question):
        return " ".join([part.text, *(f"{o.words} {o.reply}" for o in part.options)])
    if isinstance(part, Exercise):
        return f"{part.text} {part.answer}"
    return part.caption if isinstance(part, Figure) else part.markdown


def numbers(text: str) -> set[float]:
    """Every number a text gives, 61 million as 61,000,000."""
    return {
        float(digits.replace(",", "")) * FACTORS[factor] for digits, factor in NUMBER.findall(text)
    }


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("name", LESSONS)
def test_all_languages_have_the_same_parts(name, language):
    english, translated = read_lesson(name, "en"), read_lesson(name, language)
    for lesson in (english, translated):
        assert sum(isinstance(part, Exercise) for part in lesson.parts) == 3
        assert any(isinstance(part, Question) for part in lesson.parts)
        assert isinstance(lesson.parts[-1], Sources)
    shape = [(type(part), getattr(part, "name", "")) for part in english.parts]
    assert shape == [(type(part), getattr(part, "name", "")) for part in translated.parts]
    for mine, theirs in zip(english.parts, translated.parts, strict=True):
        if isinstance(mine, Question):
            assert [o.right for o in mine.options] == [o.right for o in theirs.options]
        elif isinstance(mine, Text):
            headings = [re.findall(r"^#+ ", p.markdown, re.MULTILINE) for p in (mine, theirs)]
            assert headings[0] == headings[1]


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("name", LESSONS)
def test_all_languages_give_the_same_numbers(name, language):
    for mine, theirs in zip(
        read_lesson(name, "en").parts, read_lesson(name, language).parts, strict=True
    ):
        english = without_terms(words_of(mine), "en")
        translated = without_terms(words_of(theirs), language)
        assert numbers(english) == numbers(translated), english[:80]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_is_whole_and_used(language):
    terms = glossary(language)
    assert all(term.words and term.meaning and "\n" not in term.meaning for term in terms.values())
    assert len({term.words for term in terms.values()}) == len(terms)
    used = {
        found[0]
        for name in LESSONS
        for found in re.findall(
            r"\[\[([^\]|]+)(\|[^\]]+)?\]\]", lesson_file(name, language).read_text(encoding="utf-8")
        )
    }
    assert used == set(terms)


def test_what_a_language_lacks_stands_in_english(tmp_path, monkeypatch, request):
    """A language that has one lesson and one term can be read from beginning to end."""
    shutil.copytree(lessons.FOLDER, tmp_path / "lessons")
    (tmp_path / "lessons" / "de").mkdir()
    (tmp_path / "lessons" / "de" / "two_ways.md").write_text(
        "# Zwei Wege?\nEine [[shortcut]] und ein [[branch]].\n\nEnde.", encoding="utf-8"
    )
    terms = tmp_path / "lessons" / "glossary.toml"
    german = '[shortcut]\nde = "Abkürzung"\nmeaning_de = "Der Weg vorbei."'
    terms.write_text(terms.read_text("utf-8").replace("[shortcut]", german, 1), encoding="utf-8")
    monkeypatch.setattr(lessons, "FOLDER", tmp_path / "lessons")
    request.addfinalizer(glossary.cache_clear)
    lessons_of = {name: read_lesson.__wrapped__(name, "de") for name in LESSONS}
    assert lessons_of.pop("two_ways").title == "Zwei Wege?"
    assert {name: lesson.title for name, lesson in lessons_of.items()} == {
        name: read_lesson(name, "en").title for name in lessons_of
    }
    words = glossary.__wrapped__("de")
    assert (words["shortcut"].words, words["shortcut"].meaning) == ("Abkürzung", "Der Weg vorbei.")
    assert words["branch"] == glossary("en")["branch"]
    assert list(words) == list(glossary("en"))


def test_a_term_explains_itself_or_is_a_plain_word():
    assert explained("a [[shortcut]]", "en").startswith('a <abbr title="The way past')
    assert explained("[[path|paths]]", "en").endswith(">paths</abbr>")
    assert without_terms("a [[shortcut]] and [[path|paths]]", "en") == "a shortcut and paths"
    with pytest.raises(KeyError):
        explained("[[nobody knows]]", "en")


GOOD = "# Why?\nOne sentence.\n\n"
QUESTION = ":::predict q\nWhich?\n- [x] This\n  Yes.\n- [ ] That\n  No.\n:::\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no heading", "must begin"),
        (GOOD + ":::predict q\nWhich?\n- [ ] a\n  b\n- [ ] c\n  d\n:::\n", "one right option"),
        (GOOD + ":::figure\ncaption\n:::\n", "a name and a caption"),
        (GOOD + ":::exercise\ntask\n:::\n", "line ---"),
        (GOOD + ":::dance\nx\n:::\n", "no directive :::dance"),
        (GOOD + ":::sources\nnever ended", "has no end"),
        (GOOD + "[[unheard of]]", "unheard of"),
        ("# Why?\n" + QUESTION, "a sentence must follow"),
    ],
)
def test_a_mistake_in_a_lesson_names_its_file(tmp_path, monkeypatch, text, message):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "wrong.md").write_text(text, encoding="utf-8")
    (tmp_path / "glossary.toml").write_text("", encoding="utf-8")
    monkeypatch.setattr(lessons, "FOLDER", tmp_path)
    glossary.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"wrong\.md \(en\)") as error:
            read_lesson.__wrapped__("wrong", "en")
        assert message in str(error.value)
    finally:
        glossary.cache_clear()
