"""Each lesson's notebook runs from top to bottom in a Jupyter kernel."""

import nbformat
import pytest
from jupyter_client import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient

from resnet.course.lesson_notebook import lesson_notebook
from resnet.course.lessons import FOLDER, LESSONS, Figure, read_lesson
from resnet.language import LANGUAGES

LONG = ("two_by_two", "four_steps")  # they train
WITH_CODE = [name for name in LESSONS if (FOLDER / "code" / name).is_dir()]


@pytest.fixture(scope="module")
def kernel():
    """One process for all notebooks, which need not import Keras nine times."""
    manager = AsyncKernelManager(kernel_name="python3")
    yield manager
    run_sync(manager.shutdown_kernel)(now=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.soak if name in LONG else ()) for name in WITH_CODE],
)
@pytest.mark.filterwarnings("ignore")  # of the kernel's own libraries
def test_a_notebook_runs_from_top_to_bottom(name, kernel, tmp_path):
    book = nbformat.reads(lesson_notebook(read_lesson(name, "en"), "en"), as_version=4)
    nbformat.validate(book)
    # Nothing of the notebook before may help, or its figures stay in memory.
    anew = (
        f"%reset -f\n%cd -q {tmp_path}\nimport matplotlib.pyplot as plt\nplt.close('all')\ndel plt"
    )
    book.cells.insert(0, nbformat.v4.new_code_cell(anew))
    NotebookClient(book, timeout=200, km=kernel).execute()
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
