"""The page of names tells of every entry of every registry."""

from html import escape

import pytest

from flux_gui.document.registries import REGISTRIES
from flux_gui.gui.dialogs.names import TITLES, names_page


@pytest.mark.parametrize("kind", REGISTRIES)
def test_every_entry_is_told(kind: str) -> None:
    page = names_page()
    assert escape(TITLES[kind]) in page
    for entry in REGISTRIES[kind]:
        assert escape(entry.label) in page
        assert escape(entry.doc) in page
        assert escape(entry.formula) in page
