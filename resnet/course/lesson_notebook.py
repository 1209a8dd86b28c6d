"""A lesson as a Jupyter notebook: its words, its questions, and its programs to run."""

from resnet.course.lessons import Exercise, Figure, Lesson, Part, Question, Sources, without_terms
from resnet.language import translate as _
from resnet.notebook_cells import book, code, words

PACKAGES = "%pip install -q keras tensorflow matplotlib"


def lesson_notebook(lesson: Lesson, language: str) -> str:
    """Return the .ipynb text of a lesson; it needs Keras, NumPy and matplotlib, and no lab."""
    cells = [words(f"# {lesson.title}\n\n{lesson.sentence}")]
    if any(isinstance(part, Figure) and part.code for part in lesson.parts):
        note = _("Only where they are missing:")
        cells.append(code(f"# {note}\n# {PACKAGES}"))
    for part in lesson.parts:
        cells += _cells(part)
    for cell in cells:
        if cell["cell_type"] == "markdown":
            cell["source"] = without_terms(cell["source"], language)
    return book(cells)


def _cells(part: Part) -> list[dict]:
    if isinstance(part, Figure):
        return [words(part.caption), code(part.code)] if part.code else []
    if isinstance(part, Question):
        options = "\n".join(f"- {option.words}" for option in part.options)
        replies = "\n".join(f"- **{option.words}** {option.reply}" for option in part.options)
        return [words(f"**{part.text}**\n\n{options}\n\n{_folded(replies)}")]
    if isinstance(part, Exercise):
        task = _("Try this")
        return [words(f"**{task}** {part.text}\n\n{_folded(part.answer)}")]
    if isinstance(part, Sources):
        heading = _("Sources")
        return [words(f"**{heading}**\n\n{part.markdown}")]
    return [words(part.markdown)]


def _folded(markdown: str) -> str:
    title = _("Answer")
    return f"<details><summary>{title}</summary>\n\n{markdown}\n\n</details>"
