"""From a table of one's own to a verified model in three actions: drop, Train, Verify."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import Chip
from person import Person, open_window
from tables import xlsx

LEFT, NONE, COPY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction


@pytest.fixture
def flats(tmp_path: Path) -> Path:
    """What a spreadsheet with German settings exports: semicolons, decimal commas, not UTF-8."""
    draw = np.random.default_rng(1)
    places = ("S\u00fcd", "Nord", "Mitte")
    lines = ["Nr;Fl\u00e4che;Lage;Preis"]
    for i in range(240):
        size = draw.uniform(25, 160)
        price = 1800 + 11.4 * size + 150 * (i % 3) + draw.normal(0, 40)
        lines.append(f"{i + 1};{size:.1f};{places[i % 3]};{price:.2f}".replace(".", ","))
    path = tmp_path / "Wohnungen.csv"
    path.write_bytes("\n".join(lines).encode("cp1252"))
    return path


def drop(person: Person, path: Path) -> None:
    """Hold a file over the window, take it away, come back and let it fall."""
    data, window = QMimeData(), person.window
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at = window.rect().center()
    QApplication.sendEvent(window, QDragEnterEvent(at, COPY, data, LEFT, NONE))
    assert window.drop_place.isVisible()
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window.drop_place.isVisible()
    QApplication.sendEvent(window, QDragEnterEvent(at, COPY, data, LEFT, NONE))
    QApplication.sendEvent(window, QDropEvent(QPointF(at), COPY, data, LEFT, NONE))
    assert not window.drop_place.isVisible()


def test_three_actions(qtbot: QtBot, flats: Path) -> None:
    with open_window(qtbot) as person:
        drop(person, flats)
        person.until(lambda: person.project.spec.name == "Wohnungen")
        person.trains()
        person.click("panel.verify.run")
        assert float(person.find("verify.metric.r2").text()) > 0.8
        assert person.project.dataset.input_names == ("Fl\u00e4che", "Lage=Mitte", "Lage=Nord", "Lage=S\u00fcd")
        assert person.project.dataset.task == "regression"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_workbook_shows_its_sheets(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    xlsx(path, ("a", "b", "y"), [(i, i % 5, i * 2.5) for i in range(40)], sheets=("Data", "More"))
    with open_window(qtbot) as person:
        drop(person, path)
        person.until(lambda: person.project.spec.name == "book")
        chips = person.window.data_panel.chips
        person.until(lambda: any(chip.isVisible() for chip in chips.findChildren(Chip, "chip.reading.sheet")))
        chip = next(chip for chip in chips.findChildren(Chip, "chip.reading.sheet") if chip.isVisible())
        assert chip.text() == "More"  # the first sheet is empty
        person.bot.mouseClick(chip, LEFT)
        menu = QApplication.activePopupWidget()
        assert menu is not None
        assert {"Data", "More"} <= {action.text() for action in menu.actions()}
        menu.close()
