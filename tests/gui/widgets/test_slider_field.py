"""A slider with its field: both say the same, dragging tells all the way, errors stay with the field."""

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import SliderField


def shown(qtbot: QtBot, made: SliderField) -> SliderField:
    qtbot.addWidget(made)
    made.resize(180, 26)
    made.show()
    return made


@pytest.fixture
def field(qtbot: QtBot) -> SliderField:
    return shown(qtbot, SliderField(low=0.0, high=1e12, top=2.0, help_text="more is more"))


def test_a_drag_tells_all_the_way(qtbot: QtBot, field: SliderField) -> None:
    sliding: list[float] = []
    chosen: list[float] = []
    field.sliding.connect(sliding.append)
    field.valueChanged.connect(chosen.append)
    slider, y = field.slider, field.slider.height() // 2
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(10, y))
    for x in range(12, slider.width(), 6):
        qtbot.mouseMove(slider, QPoint(x, y))
    field.setValue(0.0)  # what somebody else shows meanwhile does not move the knob in the hand
    assert chosen == []
    assert sliding == sorted(sliding)
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width(), y))
    assert chosen == [field.value()]
    assert 1.8 < field.value() <= 2.0


def test_the_field_takes_more_than_the_slider(qtbot: QtBot, field: SliderField) -> None:
    field.setObjectName("data.source.noise")
    field.setAccessibleName("Noise")
    assert (field.field.objectName(), field.slider.objectName()) == ("data.source.noise", "data.source.noise.slider")
    assert field.slider.accessibleName() == "Noise (slider)"
    field.field.setText("50")
    field.field.commit()
    assert (field.value(), field.slider.place()) == (50.0, 1.0)
    field.setError("No.")
    assert field.error() == "No."
    field.restore()
    assert field.error() == ""


def test_keys(qtbot: QtBot, field: SliderField) -> None:
    chosen: list[float] = []
    field.valueChanged.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_End, Qt.Key.Key_Home):
        qtbot.keyClick(field.slider, key)
    assert chosen == [0.02, 0.22, 2.0, 0.0]


def test_whole_numbers_on_a_logarithmic_slider(qtbot: QtBot) -> None:
    rows = shown(qtbot, SliderField(low=1, high=1e6, top=2000, scale="log", integer=True))
    rows.setValue(400)
    place = rows.slider.place()
    assert 0.7 < place < 0.9
    assert rows._value_at(place) == pytest.approx(400, rel=0.05)
    assert rows._value_at(0.0) == 1
    assert rows._value_at(1.0) == 2000
    rows.setTop(400)
    assert rows.slider.place() == 1.0
    assert not rows.grab().isNull()
