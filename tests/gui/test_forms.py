"""Forms: names, silent showing, emitted edits, errors at the row, rows that survive."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from flux_gui.gui.forms import WIDGETS, FieldSpec, Form
from flux_gui.gui.widgets import ChoiceField, NumberField, SliderField, TextField, Toggle

FIELDS = [
    FieldSpec("training.optimiser.eta", "Rate", low=0, high=10, scale="log", open_low=True, help="Step size."),
    FieldSpec("training.epochs", "Epochs", "integer", low=1, high=1e6),
    FieldSpec("training.loss", "Loss", "choice", (("mse", "mse", ""), ("mae", "mae", ""))),
    FieldSpec("data.source.formula", "Formula", "text"),
    FieldSpec("training.keep_best", "Keep best epoch", "toggle"),
    FieldSpec("training.optimiser.centred", "Centred", "flag", indent=1),
    FieldSpec("data.source.noise", "Noise", "slider", low=0, high=1e12, top=1),
    FieldSpec("data.source.rows", "Rows", "whole slider", low=1, high=1e6, top=2000, scale="log"),
]
VALUES = {
    "training.optimiser.eta": 0.1,
    "training.epochs": 201,
    "training.loss": "mae",
    "data.source.formula": "4*x + 2",
    "training.keep_best": True,
    "training.optimiser.centred": 1.0,
    "data.source.noise": 0.25,
    "data.source.rows": 400,
}


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form(FIELDS)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def edits(form: Form) -> list[tuple[str, object]]:
    seen: list[tuple[str, object]] = []
    form.edited.connect(lambda path, value: seen.append((path, value)))
    return seen


def test_every_kind_has_a_widget_with_names(form: Form) -> None:
    kinds = (NumberField, NumberField, ChoiceField, TextField, Toggle, Toggle, SliderField, SliderField)
    assert {spec.kind for spec in FIELDS} == set(WIDGETS)
    for spec, kind in zip(FIELDS, kinds, strict=True):
        field = form.field(spec.path)
        assert isinstance(field, kind)
        named = field.field if isinstance(field, SliderField) else field
        assert (named.objectName(), named.accessibleName()) == (spec.path, spec.label)
    label = next(label for label in form.findChildren(QLabel) if label.text() == "Rate")
    assert (label.toolTip(), label.buddy()) == ("Step size.", form.field("training.optimiser.eta"))


def test_showing_values_is_silent(form: Form, edits: list[tuple[str, object]]) -> None:
    form.setValues({**VALUES, "no.such.path": 1})
    assert form.values() == VALUES
    assert edits == []


def test_edits_are_told_with_their_path(qtbot: QtBot, form: Form, edits: list[tuple[str, object]]) -> None:
    form.setValues(VALUES)
    for path, text in (("training.optimiser.eta", "0,05"), ("training.epochs", "300"), ("data.source.formula", "x")):
        field = form.field(path)
        assert not isinstance(field, Toggle | ChoiceField | SliderField)
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    form.field("training.keep_best").click()  # type: ignore[union-attr]
    form.field("training.loss").setCurrentText("mse")  # type: ignore[union-attr]
    assert edits == [
        ("training.optimiser.eta", 0.05),
        ("training.epochs", 300),
        ("data.source.formula", "x"),
        ("training.keep_best", False),
        ("training.loss", "mse"),
    ]
    assert isinstance(edits[1][1], int)


def test_errors_stand_under_the_field(qtbot: QtBot, form: Form) -> None:
    assert form.setError("data.source.formula", "There is no closing bracket.")
    assert not form.setError("nothing", "Lost.")
    shown = [label.text() for label in form.findChildren(QLabel) if label.property("error") and label.isVisible()]
    assert shown == ["There is no closing bracket."]
    rate = form.field("training.optimiser.eta")
    assert isinstance(rate, NumberField)
    rate.setText("-1")
    rate.commit()
    shown = [label.text() for label in form.findChildren(QLabel) if label.property("error") and label.isVisible()]
    assert "-1 is out of range: it must be above 0 and at most 10." in shown
    form.clearErrors()
    rate.setText("1")
    rate.commit()
    assert not [label for label in form.findChildren(QLabel) if label.property("error") and label.isVisible()]


def test_rows_that_stay_keep_their_widgets(form: Form) -> None:
    form.setValues(VALUES)
    kept = form.field("training.epochs")
    momentum = FieldSpec("training.optimiser.rho", "Momentum", low=0, high=1)
    form.setFields([FIELDS[0], momentum, FIELDS[1]])
    assert form.paths() == ["training.optimiser.eta", "training.optimiser.rho", "training.epochs"]
    assert form.field("training.epochs") is kept
    assert form.values()["training.epochs"] == 201


def test_rows_can_be_hidden(form: Form) -> None:
    form.setRowVisible("training.loss", False)
    assert not form.field("training.loss").isVisible()


def test_a_flag_is_a_switch_that_gives_numbers(qtbot: QtBot, form: Form, edits: list[tuple[str, object]]) -> None:
    form.setValues(VALUES)
    form.field("training.optimiser.centred").click()  # type: ignore[union-attr]
    assert edits == [("training.optimiser.centred", 0.0)]
    assert isinstance(edits[0][1], float)


def test_a_wide_row_and_a_second_field_of_a_path(qtbot: QtBot) -> None:
    form = Form([FieldSpec("a.formula", "f(x) =", "text", wide=True), FieldSpec("a.b", "B", name="panel.a.b")])
    qtbot.addWidget(form)
    form.resize(211, 80)
    form.show()
    assert form.field("a.formula").width() > form.field("a.b").width()
    assert form.field("a.b").objectName() == "panel.a.b"


def test_advanced_rows_are_folded_until_asked_for(qtbot: QtBot, form: Form) -> None:
    beta = FieldSpec("training.optimiser.beta1", "Beta 1", low=0, high=1, advanced=True)
    form.setFields([FIELDS[0], beta, *FIELDS[1:]])
    column = form.layout()
    assert column is not None
    places = [column.indexOf(form._rows[path].box) for path in form.paths()]
    assert places == sorted(places)
    assert column.indexOf(form.more) == places[1] - 1
    field = form.field(beta.path)
    assert (form.more.isVisible(), field.isVisible()) == (True, False)
    qtbot.mouseClick(form.more, Qt.MouseButton.LeftButton)
    assert field.isVisible()
    form.setRowVisible(beta.path, False)
    assert not field.isVisible()
    form.setRowVisible(beta.path, True)
    form.more.click()
    assert not field.isVisible()
    form.setError(beta.path, "Too large.")
    assert field.isVisible()
    form.setFields(FIELDS)
    assert not form.more.isVisible()


def test_fields_stand_in_line(form: Form) -> None:
    form.resize(211, 300)
    widths = {form.field(path).width() for path in form.paths() if not isinstance(form.field(path), Toggle | SliderField)}
    assert len(widths) == 1


def test_what_was_refused_stays_until_another_value_is_shown(qtbot: QtBot) -> None:
    form = Form([FieldSpec("a", "A", "text"), FieldSpec("b", "B", "integer", low=1, high=9)])
    qtbot.addWidget(form)
    form.setValues({"a": "x", "b": 3})
    a, b = form.field("a"), form.field("b")
    for field, text in ((a, "x +"), (b, "50")):
        field.setText(text)
        field.editingFinished.emit()
    form.setError("a", "No.")
    form.setValues({"a": "x", "b": 3})
    assert (a.text(), a.error(), b.text()) == ("x +", "No.", "50")
    form.setValues({"a": "x + 1", "b": 4})
    assert (a.text(), a.error(), b.text(), b.error()) == ("x + 1", "", "4", "")
