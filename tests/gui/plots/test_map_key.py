"""The key of a map: classes or a scale, hollow and thinned points in words, and room for all of it."""

from pytestqt.qtbot import QtBot

from flux_gui.gui.plots.map_key import MapKey


def test_lines(qtbot: QtBot) -> None:
    key = MapKey()
    qtbot.addWidget(key)
    key.setTarget("class", ("a", "b"))
    key.setCounts((3, 4), 7, hollow=True)
    assert key.lines() == ["class", "a", "b", "hollow: not\ntrained on"]
    assert key.accessibleName().startswith("class, a, b")
    tall = key.sizeHint().height()
    key.setClassesShown(False)
    assert key.sizeHint().height() < tall
    key.setClassesShown(True)
    key.setTarget("class", tuple("abcdefghijklm"))
    assert key.lines()[11] == "and 3 more"
    assert not key.grab().isNull()


def test_a_scale(qtbot: QtBot) -> None:
    key = MapKey()
    qtbot.addWidget(key)
    key.setTarget("height (cm)", ())
    key.setLevels((-1.5, 1200.0))
    key.setCounts((10,), 4000, hollow=False)
    assert key.lines() == ["height (cm)", "10 of 4\u202f000\nrows drawn"]
    key.resize(90, 200)
    assert not key.grab().isNull()
