"""The run bar: what it shows while training and at rest."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.gui.actions import Actions
from flux_gui.gui.run_bar import RunBar
from flux_gui.gui.widgets import NumberField


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[RunBar]:
    owner = QWidget()
    qtbot.addWidget(owner)
    yield RunBar(Actions(owner), owner)  # noqa: PT022 - the owner must outlive the test


def test_train_becomes_pause(bar: RunBar) -> None:
    bar.show_running(True)
    assert bar.train.text() == "Pause"
    bar.show_running(False)
    assert bar.train.text() == "Train"
    assert "Space" in bar.train.toolTip()


def test_progress_in_words(bar: RunBar, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("flux_gui.gui.run_bar.monotonic", lambda: float(next(clock)))
    for epoch in (0, 100, 200, 300, 400):
        bar.show_progress(epoch, 10_000, 12_345.0)
    assert "<b>400</b> of 10\u2009000" in bar.epoch.text()
    assert bar.speed.text() == "1:36 left · <b>12\u2009345</b> steps/s"
    bar.show_progress(400, 10_000)
    assert bar.speed.text() == ""
    assert bar.line.value() == pytest.approx(0.04)


def test_the_rate_has_its_range(bar: RunBar, qtbot: QtBot) -> None:
    bar.show_rate(OPTIMISERS.get("Descent").hyper("eta"), 0.25)
    assert isinstance(bar.rate, NumberField)
    assert bar.rate.value() == 0.25
    bar.show_rate(None, 0.0)
    assert bar.rate.isHidden()


def test_a_schedule_shows_the_present_rate(bar: RunBar) -> None:
    bar.show_progress(3, 100, 1000.0, 0.00123456)
    assert bar.speed.text().startswith("rate 0.00123 \u00b7 ")
    bar.show_progress(3, 100, 1000.0)
    assert "rate" not in bar.speed.text()
