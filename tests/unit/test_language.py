"""Words: the switch between languages, and the catalogue of what there is to translate."""

import ast
import gettext
import pickle
import re
import string
import threading
from functools import cache
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
from tests.source import assert_none, nodes, sources

TEMPLATE = ASSETS / "locale" / f"{language.DOMAIN}.pot"
PLACES = ("resnet", "pages", "app.py")
SOURCES = sources(*PLACES)


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


def test_a_sentence_is_reworded_in_another_language(german):
    sentence = language.translate("{n} images").format(n=3)
    assert sentence == "3 images"
    for kept in (
        sentence,
        pickle.loads(pickle.dumps(sentence)),
        language.restored(language.stored(sentence)),
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
    sentence = language.translate("{share:.1%} of {n}").format(share=np.float32(0.5), n=np.int64(3))
    assert language.restored(language.stored(sentence)) == sentence == "50.0% of 3"


def test_one_readers_language_is_not_anothers(german):
    language.use_language(german)
    heard: list[str] = []
    other = threading.Thread(target=lambda: heard.append(language.translate("Layer")))
    other.start()
    other.join()
    assert heard == ["Layer"]
    assert language.translate("Layer") == "Schicht"


@cache
def words_in_source() -> frozenset[str]:
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
    return frozenset(found)


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
    assert_none(
        f"{message!r}: {translated!r}"
        for message, translated in words.items()
        if not translated or fields(translated) != fields(message)
    )
    compiled = gettext.translation(language.DOMAIN, ASSETS / "locale", [code])
    stale = [m for m, translated in words.items() if compiled.gettext(m) != translated]
    assert not stale, "Run `make words`: the compiled catalogue is older than the words."


def test_chinese_sentences_have_chinese_punctuation():
    language.use_language("zh")
    try:
        shown = map(language.translate, words_in_source())
        unmarked = {w: re.sub(r"\{[^}]*\}|`[^`]*`|\w+://\S*|\d,\d", "", w) for w in shown}
        wrong = re.compile(r"[\u4e00-\u9fff][,;:?()]|[,;:?()][\u4e00-\u9fff]")
        assert_none(words for words, bare in unmarked.items() if wrong.search(bare))
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
    "(?:做|在)微调": "逐步修正; 微调 is fine-tuning",
    "回传|反传|向回传播|往回走": "反向传播",
    "(?<!学习率)预热": "学习率预热（warm-up）",
    "(?:训练|测试)错误率|top-\\d 误差": "训练误差, 测试误差; of ImageNet's top-1 and top-5 错误率",
    "残余(?:块|网络|连接)": "残差",
    "何凯明|He 等人": "何恺明等人",
    "Andrew Ng": "吴恩达",
    "[\\d}] %": "90% without a space",
}


def chinese_texts() -> dict[str, str]:
    """Every Chinese text of the lab by the name of its file."""
    catalogue = ""
    for path in sorted((ASSETS / "locale" / "zh" / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            catalogue += "\n".join(str(message.string) for message in read_po(file, "zh"))
    lessons = ASSETS / "lessons"
    files = [
        PROJECT / "README.zh.md",
        lessons / "glossary.toml",
        *sorted((lessons / "zh").glob("*.md")),
        *sorted((PROJECT / "docs" / "zh").glob("*.md")),
    ]
    return {"resnet_lab.po": catalogue} | {file.name: file.read_text("utf-8") for file in files}


def test_chinese_has_one_word_for_one_thing():
    assert_none(
        f"{name}: “{found[0]}”, say {term}"
        for name, text in chinese_texts().items()
        for variant, term in CHINESE_TERMS.items()
        for found in re.finditer(f".{{0,12}}(?:{variant}).{{0,12}}", text)
    )


def test_words_suit_translators():
    """Fields have names, for translators move them about; and nothing is shouted."""
    assert_none(
        message
        for message in words_in_source()
        if "!" in message
        or not all(
            field is None or field.isidentifier()
            for _, field, _, _ in string.Formatter().parse(message)
        )
    )


def given_to_format(node: ast.AST) -> tuple[str, set[str | None]] | None:
    """Return the words of `_("…").format(…)` and the names of what it is given, else None."""
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(words))]),
                attr="format",
            ),
            keywords=keywords,
        ):
            return words, {keyword.arg for keyword in keywords}
    return None


def test_formatted_words_get_the_fields_they_name():
    """`_("{a}").format(b=1)` would fail only when it is shown."""
    assert len(SOURCES) > 100
    assert Path("app.py") in SOURCES
    found = [
        (f"{path}:{node.lineno}", *given)
        for path in SOURCES
        for node in nodes(path)
        if (given := given_to_format(node))
    ]
    assert len(found) > 200
    assert_none(
        f"{place} {words!r} is given {given}"
        for place, words, given in found
        if None not in given and given != {name for name, _spec in fields(words)}
    )
