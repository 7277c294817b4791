"""Tests of the script for Flux.jl: its Chain is read back by the text parser exactly, and what stands around it is told."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coded
from any_layers import models as any_models
from flux_gui.document import edits
from flux_gui.document.model_text import from_text
from flux_gui.document.nesting import groups, with_groups
from flux_gui.document.registries import CHAIN, MAIN
from flux_gui.document.text_choices import spelled
from flux_gui.engine import notation
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.schedules import SCHEDULES
from flux_gui.exporters.code import source
from flux_gui.specs import Choice, DenseSpec, DropoutSpec, FormulaSpec, GeneratedData, LayerSpec, ModelSpec, Stage

JULIA = notation.Style(program=True)
NAMES = st.sampled_from(("", "", "", "hidden", "two words", "σ", "for"))


def canonical(layers: Sequence[LayerSpec]) -> tuple[LayerSpec, ...]:
    """The layers without names and ids, and with formulas as they are after they went through Julia."""
    return tuple(with_groups(_plain(layer), [canonical(group) for group in groups(layer)]) for layer in layers)


def _plain(layer: Any) -> Any:
    layer = msgspec.structs.replace(layer, id="", name="")
    if isinstance(layer, FormulaSpec):
        return msgspec.structs.replace(layer, formula=spelled(notation.formula(layer.formula, JULIA)))
    activation = getattr(layer, "activation", None)
    if activation is not None and activation.formula:
        formula = spelled(notation.formula(activation.formula, JULIA))
        return msgspec.structs.replace(layer, activation=msgspec.structs.replace(activation, formula=formula))
    return layer


@settings(max_examples=100, deadline=None)
@given(any_models(names=NAMES))
def test_the_chain_is_read_back(model: ModelSpec) -> None:
    text = "using Flux\n\nmodel = " + "\n".join(notation.lines(model.layers, 3, JULIA, step=4)) + "\n\nloss(ŷ, y) = Flux.mse(ŷ, y)\n"
    once = from_text(text, 3)
    again = from_text("\n".join(notation.lines(once.layers, 3, JULIA)), 3)
    assert again == once
    assert canonical(once.layers) == canonical(model.layers)


def test_names_come_back() -> None:
    model = ModelSpec((DenseSpec("a", 2, name="two words"), DropoutSpec("b"), DenseSpec("c", 1, name="out")))
    text = "\n".join(notation.lines(model.layers, 3, JULIA))
    assert [layer.name for layer in from_text(text, 3).layers] == ["two words", "", "out"]


def test_a_whole_script_with_weights_is_read_back() -> None:
    for end in ("", ", σ"):
        project = coded.everything(coded.sample("iris"), end)
        text = source(project, "flux_jl")
        assert from_text(text, 4, project.spec.model) == project.spec.model
        assert edits.replace_text(project, text) is project


def test_everything_of_a_training_is_told() -> None:
    project = coded.sample("penguins")
    for rule in CHAIN:
        project = edits.set_value(project, f"training.chain.{rule.name}", True)
    for path, value in (
        ("training.optimiser", "AdamW"),
        ("training.optimiser.lambd", 0.01),
        ("training.loss.smoothing", 0.1),
        ("training.frozen.hidden1", True),
        ("training.stop.early_stopping", True),
        ("training.class_weights", "balanced"),
        ("training.schedule", (Stage(Choice("OneCycle"), 20), Stage(Choice("CosAnneal")))),
    ):
        project = edits.set_value(project, path, value)
    text = source(project, "flux_jl", weights=False)
    for line in (
        "OptimiserChain(AccumGrad(2), ClipGrad(10.0), ClipNorm(10.0), SignDecay(0.001), WeightDecay(0.0005), AdamW(0.001, (0.9, ",
        "loss(ŷ, y) = Flux.logitcrossentropy(ŷ, Flux.label_smoothing(y, 0.1f0))",
        "Flux.freeze!(state.layers[1])",
        "Flux.adjust!(state, rate(epoch))",
        "# In the app every class counts the same",
        "# In the app a run may stop early",
        'labels = ["Adelie", "Chinstrap", "Gentoo"]',
        "t <= 50 ? 0.04",
        "cos(pi * (((t - 20) - 1) % 50)",
    ):
        assert line in text, text


@pytest.mark.parametrize("name", MAIN.names())
def test_every_optimiser_loss_and_schedule_gives_a_script(name: str) -> None:
    text = source(edits.set_value(edits.line_example(), "training.optimiser", name), "flux_jl")
    assert f"Flux.setup({name}(" in text
    balanced(text)


def balanced(text: str) -> None:
    for opening, closing in ("()", "[]", "{}"):
        assert text.count(opening) == text.count(closing), text


def test_every_loss_and_schedule_gives_a_script() -> None:
    for entry in LOSSES.in_window():
        project = edits.project_from_generator(GeneratedData(rows=20)) if "binary" in entry.tasks else coded.sample("iris")
        if entry.tasks == ("regression",):
            project = edits.set_value(project, "data.source.target", "petal_length")
        text = source(edits.set_value(project, "training.loss", entry.name), "flux_jl", weights=False)
        assert ("mean(((yhat, y) ->" if entry.custom else f"Flux.{entry.name}(") in text
        balanced(text)
    for schedule in SCHEDULES:
        for unit in ("epoch", "step"):
            project = edits.set_value(edits.line_example(), "training.schedule", (Stage(Choice(schedule.name), 3), Stage(Choice("Exp"))))
            text = source(edits.set_value(project, "training.schedule_unit", unit), "flux_jl")
            assert ("# The rate follows the loss" if schedule.name == "Plateau" else "function rate(t)") in text
            balanced(text)
