"""Programs for learners say the same in every language, and do the same."""

import ast
import re
import tokenize
from io import StringIO

import pytest

from resnet.course.exercise_files import TEMPLATES
from resnet.course.programs import FOLDER, in_language, table
from resnet.language import LANGUAGES

FOLDERS = (FOLDER, TEMPLATES)
TRANSLATIONS = [code for code in LANGUAGES if code != "en"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NO_WORDS = {"# ∂L/∂a[l+2]", "# ReLU", "# λ = 1, α = 1/√50"}


def programs(folder):
    """Return the English text of every program of a folder, by its file's name."""
    return {str(file): file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.py"))}


class WithoutWords(ast.NodeTransformer):
    """Takes the words out of a program, and what only chooses a font."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        fields = (value for value in node.values if isinstance(value, ast.FormattedValue))
        return ast.Tuple([self.visit(field.value) for field in fields], ast.Load())

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        return None if "rcParams" in ast.unparse(node.targets[0]) else self.generic_visit(node)


def skeleton(code):
    return ast.dump(WithoutWords().visit(ast.parse(code)))


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_translated_program_does_the_same(folder, language):
    for name, english in programs(folder).items():
        translated = in_language(english, folder, language)
        assert skeleton(translated) == skeleton(english), name
        compile(translated, name, "exec")


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_word_of_a_table_is_used(folder, language):
    everything = "\n".join(programs(folder).values())
    assert [words for words in table(folder, language) if words not in everything] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_chinese_programs_have_chinese_comments_and_labels(folder):
    for name, english in programs(folder).items():
        code = in_language(english, folder, "zh")
        comments = [
            token.string
            for token in tokenize.generate_tokens(StringIO(code).readline)
            if token.type == tokenize.COMMENT and not token.string.startswith("# noqa")
        ]
        labelled = re.findall(r"(?:label=|xlabel\(|ylabel\()(\"[^\"]+\")", code)
        docstrings = [
            ast.get_docstring(node) or "文"
            for node in ast.walk(ast.parse(code))
            if isinstance(node, ast.Module | ast.FunctionDef)
        ]
        for words in [*comments, *labelled, *docstrings]:
            assert words in NO_WORDS or CHINESE.search(words), (name, words)
