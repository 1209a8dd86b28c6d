"""Each lesson's notebook runs from top to bottom in a Jupyter kernel."""

import nbformat
import pytest
from nbclient import NotebookClient

from resnet.language import LANGUAGES
from resnet.lesson_notebook import lesson_notebook
from resnet.lessons import FOLDER, LESSONS, Figure, read_lesson

WITH_CODE = [name for name in LESSONS if (FOLDER / "code" / name).is_dir()]


@pytest.mark.parametrize("name", WITH_CODE)
@pytest.mark.filterwarnings("ignore")  # of the kernel's own libraries
def test_a_notebook_runs_from_top_to_bottom(name, tmp_path):
    book = nbformat.reads(lesson_notebook(read_lesson(name, "en"), "en"), as_version=4)
    nbformat.validate(book)
    NotebookClient(
        book, timeout=200, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    ran = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in ran)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LESSONS)
def test_a_notebook_holds_the_whole_lesson(name, language):
    lesson = read_lesson(name, language)
    book = nbformat.reads(lesson_notebook(lesson, language), as_version=4)
    words = "\n".join(cell.source for cell in book.cells)
    assert lesson.title in words
    assert "[[" not in words.replace("[[l", "")
    code = [part.code for part in lesson.parts if isinstance(part, Figure) and part.code]
    cells = [cell.source.strip() for cell in book.cells if cell.cell_type == "code"]
    assert cells[-len(code) :] == code if code else not cells


def test_every_program_belongs_to_a_figure():
    figures = {
        (name, part.name)
        for name in LESSONS
        for part in read_lesson(name, "en").parts
        if isinstance(part, Figure)
    }
    programs = {(path.parent.name, path.stem) for path in FOLDER.glob("code/*/*.py")}
    assert programs <= figures
