"""What registries say can be set becomes rows of a form, with values and help; every entry and every setting there is."""

from dataclasses import replace
from typing import Any

import pytest

from flux_gui.core.registry import Entry, Hyper, Option, Switch, Text
from flux_gui.document.registries import REGISTRIES
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.gui.forms import WIDGETS, FieldSpec, choices
from flux_gui.gui.setting_fields import (
    about,
    choice_fields,
    choice_values,
    hyper_fields,
    hyper_values,
    label_of,
    offered,
    setting_fields,
    setting_values,
)
from flux_gui.specs import Choice, DenseSpec

ENTRIES = [(kind, entry) for kind, registry in REGISTRIES.items() for entry in registry.in_window()]


def test_hypers_become_fields() -> None:
    rate = Hyper("eta", 0.001, 0, 10, "Step size.", label="Rate", scale="log", open_low=True)
    entry = Entry("Adam", abs, "Adam", "Adapts.", hypers=(rate, Hyper("epoch_count", 3, 1, 9, "How many.", integer=True)), formula="m/v")
    first, second = hyper_fields(entry, "training.optimiser")
    assert (first.path, first.label, first.scale, first.open_low) == ("training.optimiser.eta", "Rate", "log", True)
    assert first.help == "Step size. Usually 0.001."
    assert (second.label, second.kind) == ("Epoch count", "integer")
    assert hyper_values(entry, "training.optimiser", {"eta": 0.1}) == {"training.optimiser.eta": 0.1, "training.optimiser.epoch_count": 3}
    assert choices([entry]) == (("Adam", "Adam", "m/v\nAdapts."),)


def test_every_kind_of_setting_has_a_row() -> None:
    settings = (
        Hyper("p", 0.5, 0, 1, "How likely."),
        Hyper("centred", 0, 0, 1, "Whether.", boolean=True),
        Switch("bias", True, "Adds a number."),
        Text("formula", "x", "What is computed."),
        Option("combine", "add", "How.", options=(("add", "Add", "Sum."),)),
    )
    fields = setting_fields(settings, "model.layers.0")
    assert [field.kind for field in fields] == ["number", "flag", "toggle", "text", "choice"]
    assert [field.path for field in fields] == [f"model.layers.0.{one.name}" for one in settings]
    assert fields[3].wide
    assert setting_values(settings, "a", object()) == {"a.p": 0.5, "a.centred": 0, "a.bias": True, "a.formula": "x", "a.combine": "add"}


def test_a_choice_is_followed_by_its_own_settings() -> None:
    entry = next(entry for entry in ACTIVATIONS.in_window() if entry.hypers)
    layer = DenseSpec("a", 3, Choice(entry.name, {entry.hypers[0].name: entry.hypers[0].low + 0.25}))
    settings = (Option("activation", "relu", "What follows.", registry="activation"),)
    fields = setting_fields(settings, "model.layers.0", layer)
    path = f"model.layers.0.activation.{entry.hypers[0].name}"
    assert fields[1].path == path
    assert fields[1].indent == 1
    assert setting_values(settings, "model.layers.0", layer)[path] == entry.hypers[0].low + 0.25


@pytest.mark.parametrize("kind", ["activation", "loss"])
def test_a_custom_entry_has_a_formula(kind: str) -> None:
    registry = REGISTRIES[kind]
    custom = next(entry for entry in registry if entry.custom)
    row = FieldSpec("a", "A", "choice")
    fields = choice_fields(row, registry, Choice(custom.name), kind)
    assert [field.path for field in fields[:2]] == ["a", "a.formula"]
    assert choice_values(registry, "a", Choice(custom.name))["a.formula"] == custom.formula
    assert choice_values(registry, "a", Choice(custom.name, formula="x + 1"))["a.formula"] == "x + 1"


def test_a_rare_choice_folds_its_settings_too() -> None:
    entry = next(entry for entry in ACTIVATIONS.in_window() if entry.hypers)
    row = replace(FieldSpec("a", "A", "choice"), advanced=True)
    assert all(field.advanced for field in choice_fields(row, ACTIVATIONS, Choice(entry.name)))


def test_what_is_in_use_is_offered_even_if_it_is_for_the_library() -> None:
    hidden = next(entry for entry in ACTIVATIONS if not entry.in_window)
    assert hidden not in offered(ACTIVATIONS, Choice("relu"))
    assert hidden in offered(ACTIVATIONS, Choice(hidden.name))


@pytest.mark.parametrize(("kind", "entry"), ENTRIES, ids=lambda value: getattr(value, "name", value))
def test_every_entry_and_setting_has_words_and_a_widget(kind: str, entry: Any) -> None:
    assert entry.label
    assert entry.doc
    assert about(entry).endswith(entry.doc)
    settings = (*entry.hypers, *getattr(entry, "settings", ()))
    for setting, field in zip(settings, setting_fields(settings, "path"), strict=False):
        assert setting.doc
        assert label_of(setting)
        assert field.kind in WIDGETS
        assert field.help
