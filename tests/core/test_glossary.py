"""The glossary is short and plain, and has every word that a screen asks for."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from core.glossary import TERMS, meaning
from tests.reading import NEWSPAPER, reading_ease, words

ROOT = Path(__file__).parents[2]
SCREENS = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]


def _asked(path: Path) -> set[str]:
    """Terms that a file asks for by name."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    meanings = [call for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == "meaning"]
    return {call.args[0].value for call in meanings if isinstance(call.args[0], ast.Constant) and call.args[0].value}


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.stem)
def test_every_word_that_a_screen_asks_for_is_explained(path):
    assert not _asked(path) - set(TERMS)


def test_words_that_screens_ask_for_are_found_at_all():
    assert {"flaw", "confidence"} <= set().union(*map(_asked, SCREENS))


@pytest.mark.parametrize("term", TERMS)
def test_an_explanation_is_short_and_ends_like_a_sentence(term):
    assert words(meaning(term)) <= 40
    assert meaning(term).endswith(".")


def test_no_term_is_there_twice():
    tree = ast.parse((ROOT / "core" / "glossary.py").read_text(encoding="utf-8"))
    table = next(node for node in ast.walk(tree) if isinstance(node, ast.Dict))
    keys = [key.value for key in table.keys if isinstance(key, ast.Constant)]
    assert len(keys) == len(set(keys)) == len(TERMS)


def test_the_glossary_reads_like_a_newspaper():
    assert reading_ease(" ".join(TERMS.values())) >= NEWSPAPER


def test_a_word_that_is_not_there_is_not_made_up():
    with pytest.raises(KeyError):
        meaning("no such term")


def test_reading_ease_is_that_of_the_formula():
    # Six words of one syllable in one sentence: 206.835 - 1.015 * 6 - 84.6.
    assert reading_ease("The cat sat on the mat.") == pytest.approx(116.145)
    hard = "Internationalisation necessitates institutional standardisation."
    assert reading_ease(hard) < 0 < reading_ease("The network looks at the sky and not at the boot.")
