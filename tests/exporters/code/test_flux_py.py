"""Tests of the program that uses this library: it predicts the same, and it learns."""

from pathlib import Path

import pytest

import coded
from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.model_text import from_text
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.engine.schedules import SCHEDULES
from flux_gui.exporters.code import source
from flux_gui.specs import Choice, Stage


def test_it_predicts_what_the_app_predicts(tmp_path: Path) -> None:
    for number, project in enumerate((coded.everything(coded.sample("iris")), coded.every_activation(coded.sample("iris")))):
        folder = tmp_path / str(number)
        folder.mkdir()
        coded.agree(project, source(project, "flux_py"), "flux_py", resource("samples", "iris.csv"), folder)


def test_it_learns_the_line(tmp_path: Path) -> None:
    (tmp_path / "line.py").write_text(source(edits.line_example(), "flux_py", weights=False), encoding="utf-8")
    said = coded.started(tmp_path, ["line.py"], "flux_py")
    assert eval(said) == pytest.approx([2, 6, 10, 14, 18], abs=0.2)


def test_it_learns_data_of_any_formula(tmp_path: Path) -> None:
    project = edits.set_value(edits.line_example(), "data.source.formula", "erf(x) + 2*max(x, 1)")
    (tmp_path / "line.py").write_text(source(project, "flux_py", weights=False), encoding="utf-8")
    assert len(eval(coded.started(tmp_path, ["line.py"], "flux_py"))) == 5


def test_rules_schedules_and_frozen_layers(tmp_path: Path) -> None:
    """Every rule is written so that the library takes it; one program that has several runs."""
    project = edits.project_from_file(resource("samples", "iris.csv"))
    for path, value in (
        ("training.chain.WeightDecay", True),
        ("training.chain.ClipNorm", True),
        ("training.chain.AccumGrad", True),
        ("training.optimiser", "RMSProp"),
        ("training.optimiser.centred", True),
        ("training.frozen.hidden1", True),
        ("training.epochs", 3),
    ):
        project = edits.set_value(project, path, value)
    rules = tuple(Stage(Choice(entry.name), 1) for entry in SCHEDULES if entry.name != "Plateau")
    project = edits.set_value(project, "training.schedule", rules)
    (tmp_path / "iris.csv").write_bytes(resource("samples", "iris.csv").read_bytes())
    for unit in ("epoch", "step"):
        project = edits.set_value(project, "training.schedule_unit", unit)
        text = source(project, "flux_py", weights=False)
        assert "flux.OptimiserChain(flux.AccumGrad(2), flux.ClipNorm(), flux.WeightDecay(), flux.RMSProp(0.001, centred=True))" in text
        assert "flux.freeze(state, model[0])" in text
        (tmp_path / "p.py").write_text(text, encoding="utf-8")
        assert coded.started(tmp_path, ["p.py"], "flux_py").startswith("['")


@pytest.mark.parametrize("name", OPTIMISERS.names())
def test_every_rule_can_be_written(name: str) -> None:
    from flux_gui import engine as flux
    from flux_gui.exporters.code.flux_py import _rule

    entry = OPTIMISERS.get(name)
    values = {h.name: (1.0 - h.default if h.boolean else 3.0 if h.integer else max(h.low, h.default * 0.7)) for h in entry.hypers}
    for choice in (Choice(name), Choice(name, values)):
        rule = eval(_rule(choice), {"flux": flux})
        assert (rule.entry, rule.values) == (entry, entry.values(choice.values))


def test_the_program_can_be_typed_back() -> None:
    project = coded.everything(coded.sample("iris"))
    assert from_text(source(project, "flux_py"), 4, project.spec.model) == project.spec.model
