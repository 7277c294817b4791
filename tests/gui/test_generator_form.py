"""Generated data in the window: a tile for each generator, sliders for every number, live pictures, a new seed."""

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from flux_gui.data.generators import GENERATORS
from flux_gui.gui.generator_form import GeneratorForm, changed, fields
from flux_gui.gui.widgets import SliderField
from flux_gui.specs import Choice, GeneratedData
from person import Person


@pytest.fixture
def form(qtbot: QtBot) -> GeneratorForm:
    made = GeneratorForm()
    qtbot.addWidget(made)
    made.show_source(GeneratedData(Choice("spirals", {"classes": 4}), rows=100, noise=0.2, seed=3))
    made.resize(211, 400)
    made.show()
    return made


def test_every_generator_has_its_rows(form: GeneratorForm) -> None:
    for entry in GENERATORS.in_window():
        form.show_source(GeneratedData(Choice(entry.name)))
        wanted = {"data.source.noise", "data.source.rows", *(f"data.source.generator.{hyper.name}" for hyper in entry.hypers)}
        assert set(form.form.paths()) == wanted == {spec.path for spec in fields(entry)}
        assert form.tiles[entry.name].isChecked()
        assert all(spec.help for spec in fields(entry))


def test_values(form: GeneratorForm) -> None:
    assert form.form.values() == {
        "data.source.noise": 0.2,
        "data.source.rows": 100,
        "data.source.generator.classes": 4,
        "data.source.generator.turns": 0.75,
    }
    assert form.seed.values() == {"data.source.seed": 3}
    form.show_source(None)
    assert form.form.paths() == form.seed.paths() == []
    assert form.isHidden()


def test_the_tile_follows_the_knob(qtbot: QtBot, form: GeneratorForm) -> None:
    seen: list[tuple[str, object]] = []
    done: list[tuple[str, object]] = []
    form.sliding.connect(lambda path, value: seen.append((path, value)))
    form.edited.connect(lambda path, value: done.append((path, value)))
    field = form.form.field("data.source.noise")
    assert isinstance(field, SliderField)
    before = form.tiles["spirals"].dots()
    slider = field.slider
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, 12))
    qtbot.mouseMove(slider, QPoint(slider.width() - 12, 12))
    assert form.tiles["spirals"].dots() is not before
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 12, 12))
    assert seen[-1][0] == "data.source.noise"
    assert done == [seen[-1]]


def test_a_new_seed(qtbot: QtBot, form: GeneratorForm) -> None:
    done: list[tuple[str, object]] = []
    form.edited.connect(lambda path, value: done.append((path, value)))
    qtbot.mouseClick(form.new_seed, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(form.tiles["moons"], Qt.MouseButton.LeftButton)
    assert done == [("data.source.seed", 4), ("data.source.generator", "moons")]


def test_changed() -> None:
    source = GeneratedData(Choice("spiral"))
    assert changed(source, "data.source.rows", 7).rows == 7
    assert changed(source, "data.source.generator.turns", 1).generator == Choice("spiral", {"turns": 1.0})


def test_in_the_window(person: Person) -> None:
    person.bot.mouseClick(person.window.data_panel.source.button("generated"), Qt.MouseButton.LeftButton)
    assert isinstance(person.project.spec.data.source, GeneratedData)
    person.click("generator.spirals")
    person.type("data.source.generator.classes", "5")
    person.type("data.source.rows", "120")
    assert person.project.dataset.outputs == 5
    assert person.project.table.rows == 120
    person.type("data.source.generator.classes", "50")
    assert "from 2 to 10" in person.error_at("data.source.generator.classes")
    person.click("generator.plane")
    assert person.project.dataset.task == "regression"
    person.until(lambda: person.window.results.map.image() is not None)
