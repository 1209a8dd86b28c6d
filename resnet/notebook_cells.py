"""The cells of a Jupyter notebook (.ipynb), and the notebook around them."""

import json
from collections.abc import Sequence
from typing import Any


def words(text: str) -> dict[str, Any]:
    """Return a cell of Markdown."""
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(text: str) -> dict[str, Any]:
    """Return a cell of Python that has not run."""
    return {
        "cell_type": "code",
        "metadata": {},
        "source": text.strip() + "\n",
        "outputs": [],
        "execution_count": None,
    }


def book(cells: Sequence[dict[str, Any]]) -> str:
    """Return the text of a notebook."""
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    numbered = [{**cell, "id": f"cell{number}"} for number, cell in enumerate(cells)]
    whole = {"cells": numbered, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False)
