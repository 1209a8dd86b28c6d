"""Words: the switch between languages, and the catalogue of what there is to translate."""

import ast
import gettext
import pickle
import re
import string
import threading
from pathlib import Path

import numpy as np
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from resnet import language
from resnet.errors import LabError
from resnet.settings import ASSETS, PROJECT

TEMPLATE = ASSETS / "locale" / f"{language.DOMAIN}.pot"
PLACES = ("resnet", "pages", "app.py")


@pytest.fixture
def german(tmp_path, monkeypatch):
    """Add a language of two words to the lab."""
    catalogue = Catalog(locale="de")
    catalogue.add("Layer", "Schicht")
    catalogue.add("{n} images", "{n} Bilder")
    folder = tmp_path / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / f"{language.DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(language, "ASSETS", tmp_path)
    monkeypatch.setitem(language.LANGUAGES, "de", "Deutsch")
    language._catalogue.cache_clear()
    yield "de"
    language.use_language("en")
    language._catalogue.cache_clear()


def test_english_is_the_text_itself():
    assert language.current_language() == "en"
    assert language.translate("No such words {x}") == "No such words {x}"
    assert language.mark("Marked") == "Marked"


def test_an_unknown_language_is_english():
    language.use_language("xx")
    assert language.current_language() == "en"


def test_a_catalogue_is_used_and_fields_are_filled_afterwards(german):
    language.use_language(german)
    assert language.translate("Layer") == "Schicht"
    assert language.translate("{n} images").format(n=3) == "3 Bilder"
    assert language.translate("unknown") == "unknown"


def test_a_sentence_is_said_again_in_another_language(german):
    said = language.translate("{n} images").format(n=3)
    assert said == "3 images"
    for kept in (
        said,
        pickle.loads(pickle.dumps(said)),
        language.restored(language.stored(said)),
    ):
        with language.speaking(german):
            assert language.again(kept) == "3 Bilder"
        assert language.again(kept) == "3 images"


def test_an_error_speaks_the_language_of_its_reader(german):
    inner = LabError(language.translate("{n} images").format(n=2))
    outer = LabError(language.translate("{what}: {why}").format(what="x", why=inner))
    carried = pickle.loads(pickle.dumps(outer))
    assert str(carried) == "x: 2 images"
    with language.speaking(german):
        assert str(carried) == "x: 2 Bilder"


def test_words_of_another_origin_stay_as_they_are(german):
    with language.speaking(german):
        assert language.again("no such folder") == "no such folder"
        assert language.restored("no such folder") == "no such folder"
        assert language.restored("Layer") == "Schicht"  # a marked constant, kept as it is
        assert language.translate("") == ""  # and not the catalogue's header


def test_numbers_keep_their_format_in_the_store(german):
    said = language.translate("{share:.1%} of {n}").format(share=np.float32(0.5), n=np.int64(3))
    assert language.restored(language.stored(said)) == said == "50.0% of 3"


def test_one_readers_language_is_not_anothers(german):
    language.use_language(german)
    heard: list[str] = []
    other = threading.Thread(target=lambda: heard.append(language.translate("Layer")))
    other.start()
    other.join()
    assert heard == ["Layer"]
    assert language.translate("Layer") == "Schicht"


def words_in_source() -> set[str]:
    found: set[str] = set()
    for place in PLACES:
        path = PROJECT / place
        folder, pattern = (path, "**.py") if path.is_dir() else (path.parent, path.name)
        found |= {
            message if isinstance(message, str) else message[0]
            for _, _, message, *_ in extract_from_dir(
                folder,
                method_map=[(pattern, "python")],
                keywords={"_": None, "mark": None},
                directory_filter=None if path.is_dir() else lambda _: False,
            )
        }
    return found


def words_in_template() -> set[str]:
    with TEMPLATE.open("rb") as file:
        return {message.id for message in read_po(file) if message.id}


def test_the_template_has_every_word_and_no_other():
    source, template = words_in_source(), words_in_template()
    assert source
    assert source == template, "Run `make words` and commit assets/locale."


def fields(message: str) -> list[tuple[str | None, str | None]]:
    """The fields of a message with their formats, in an order that languages may change."""
    found = [(name, spec) for _, name, spec, _ in string.Formatter().parse(message) if name]
    return sorted(found, key=str)


@pytest.mark.parametrize("code", [code for code in language.LANGUAGES if code != "en"])
def test_every_word_is_translated_with_its_fields(code):
    folder = ASSETS / "locale" / code / "LC_MESSAGES"
    with (folder / f"{language.DOMAIN}.po").open("rb") as file:
        words = {message.id: message.string for message in read_po(file, code) if message.id}
    assert set(words) == words_in_source(), "Run `make words` and translate what is new."
    for message, translated in words.items():
        assert translated, message
        assert fields(translated) == fields(message), message
    compiled = gettext.translation(language.DOMAIN, ASSETS / "locale", [code])
    stale = [m for m, translated in words.items() if compiled.gettext(m) != translated]
    assert not stale, "Run `make words`: the compiled catalogue is older than the words."


def test_chinese_sentences_have_chinese_punctuation():
    language.use_language("zh")
    try:
        for message in words_in_source():
            words = language.translate(message)
            bare = re.sub(r"\{[^}]*\}|`[^`]*`|\w+://\S*|\d,\d", "", words)
            wrong = re.search(r"[\u4e00-\u9fff][,;:?()]|[,;:?()][\u4e00-\u9fff]", bare)
            assert not wrong, words
    finally:
        language.use_language("en")


# One word for one thing: what Chinese might say, and what this lab says.
CHINESE_TERMS = {
    "捷径连接|快捷连接|跳跃连接(?!。)": "捷径",
    "图片": "图像",
    "配方": "训练方案",
    "批量|小批": "批次, or 批大小 for its size",
    "训练进程": "工作进程",
    "训练库|运行数据库|运行存储": "训练记录库",
    "笔记本(?!电脑)": "notebook",
    "附带|随附": "自带",
    "合成的手|合成手(?!势图)": "合成手势图",
    "(bottleneck|basic) 块": "瓶颈块, 基本块",
    "主路(?!径)": "主路径",
    "[}\\d一这那几] ?个训练(?!好|批次|误差|记录)": "次训练",
    "瞎猜": "随机水平",
    "(?<!参数)扫描": "参数扫描",
    "茎|头部": "开头（stem）, 结尾（head）",
    "您": "你",
}


def chinese_texts() -> dict[str, str]:
    """Every Chinese text of the lab by the name of its file."""
    with (ASSETS / "locale" / "zh" / "LC_MESSAGES" / f"{language.DOMAIN}.po").open("rb") as file:
        catalogue = "\n".join(str(message.string) for message in read_po(file, "zh"))
    lessons = ASSETS / "lessons"
    files = [
        PROJECT / "README.zh.md",
        lessons / "glossary.toml",
        *sorted((lessons / "zh").glob("*.md")),
    ]
    return {"resnet_lab.po": catalogue} | {file.name: file.read_text("utf-8") for file in files}


@pytest.mark.parametrize("variant", CHINESE_TERMS)
def test_chinese_has_one_word_for_one_thing(variant):
    for name, text in chinese_texts().items():
        found = re.search(f".{{0,12}}(?:{variant}).{{0,12}}", text)
        assert not found, f"{name}: “{found[0]}”, say {CHINESE_TERMS[variant]}"


def test_words_suit_translators():
    """Fields have names, for translators move them about; and nothing is shouted."""
    for message in words_in_source():
        fields = [field for _, field, _, _ in string.Formatter().parse(message)]
        assert all(field is None or field.isidentifier() for field in fields), message
        assert "!" not in message, message


def sources() -> list[Path]:
    return [p for place in PLACES for p in sorted((PROJECT / place).rglob("*.py"))]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_formatted_words_get_the_fields_they_name(path: Path):
    """`_("{a}").format(b=1)` would fail only when it is shown."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "format"
            and isinstance(node.func.value, ast.Call)
            and isinstance(node.func.value.func, ast.Name)
            and node.func.value.func.id == "_"
            and isinstance(node.func.value.args[0], ast.Constant)
        ):
            continue
        given = {keyword.arg for keyword in node.keywords}
        message = node.func.value.args[0].value
        named = {field for _, field, _, _ in string.Formatter().parse(message) if field}
        assert None in given or named == given, f"{path.name}:{node.lineno}"
