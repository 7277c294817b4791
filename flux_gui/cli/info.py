"""`flux-gui info`: what a project is, and what can compute."""

import argparse
import os
from typing import Any

from flux_gui.cli.output import number, say, say_json
from flux_gui.core.errors import SettingError
from flux_gui.document import store
from flux_gui.document.project import Project
from flux_gui.document.ranges import format_range
from flux_gui.engine import models
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.specs import FileData, FormulaData

HELP = "describe a project, or the devices"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("project", metavar="PROJECT.flux", nargs="?")
    parser.add_argument("--devices", action="store_true", help="list the devices that can train")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Describe the project or the devices."""
    if options.devices:
        devices = [{"name": "cpu", "cores": os.cpu_count() or 1}]
        if options.json:
            say_json({"devices": devices})
        else:
            say("\n".join(f"{device['name']}  {device['cores']} cores" for device in devices))
        return 0
    if options.project is None:
        raise SettingError("info needs a project file, or --devices.", "For example: flux-gui info line.flux")
    facts = describe(store.load(options.project))
    if options.json:
        say_json(facts)
    else:
        width = max(map(len, facts)) + 2
        say("\n".join(f"{name.replace('_', ' '):<{width}}{_text(value)}" for name, value in facts.items()))
    return 0


def describe(project: Project) -> dict[str, Any]:
    """Return the facts about a project that `info` prints, in order."""
    spec, state, dataset = project.spec, project.state, project.dataset
    return {
        "name": spec.name,
        "data": _source(spec.data.source),
        "task": dataset.task,
        "target": dataset.preparation.target,
        "inputs": dataset.inputs,
        "outputs": dataset.outputs,
        "rows": {name: len(part.x) for name, part in dataset.parts.items()},
        "model": models.describe(project.spec.model, project.dataset.inputs),
        "parameters": len(state.parameters),
        "dtype": spec.model.dtype,
        "loss": spec.training.loss.name,
        "optimiser": {"name": spec.training.optimiser.name, **_values(project)},
        "batch": spec.training.batch,
        "epoch": state.epoch,
        "epochs": spec.training.epochs,
        "steps": state.step,
        "seconds": round(state.seconds, 3),
        "best_epoch": state.best.epoch if state.best is not None else None,
        "in_use": state.in_use,
        "state": state.outcome,
    }


def _source(source: FormulaData | FileData) -> str:
    if isinstance(source, FileData):
        return os.path.basename(source.path)
    return f"{source.formula}, x = {format_range(source.train)} and {format_range(source.test)}"


def _values(project: Project) -> dict[str, float]:
    choice = project.spec.training.optimiser
    return OPTIMISERS.get(choice.name).values(choice.values)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(part)}" if name != "name" else str(part) for name, part in value.items())
    if value is None:
        return "-"
    return number(value) if isinstance(value, float) else str(value)
