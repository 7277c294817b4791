"""Tests of the errors a user may meet."""

import inspect

import pytest

from flux_gui.core import errors
from flux_gui.core.errors import FluxError

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, FluxError)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_message_hint_and_description(kind: type[FluxError]) -> None:
    error = kind("Layer 2 does not fit.", "Change its size.")
    assert (error.message, error.hint) == ("Layer 2 does not fit.", "Change its size.")
    assert str(error) == "Layer 2 does not fit. Change its size."
    assert str(kind("Alone.")) == "Alone."
    assert kind.__doc__


def test_formulas_are_data() -> None:
    assert issubclass(errors.FormulaError, errors.DataError)
    assert len(KINDS) >= 8


def test_a_wrong_cell_names_its_column() -> None:
    assert errors.CellError("Row 2 is wrong.", "Correct it.", column="a").column == "a"
    place = errors.TextError("Column 3: wrong.", "Mend it.", 2, 5)
    assert (place.start, place.stop) == (2, 5)


def test_what_stands_in_a_file_cannot_steer_a_terminal() -> None:
    error = FluxError("The cell 'a\nb\x1b[2J\x00\ud800' of 3\u00a0000 ≤ ∞.", "Correct\u2028it.")
    assert str(error) == "The cell 'a\\nb\\x1b[2J\\x00\\ud800' of 3\u00a0000 ≤ ∞. Correct\\u2028it."
