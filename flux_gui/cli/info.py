"""`flux-gui info`: what a project is, and what can compute."""

import argparse
import os
from typing import Any

from flux_gui.cli import names
from flux_gui.cli.output import number, say, say_json
from flux_gui.core.errors import SettingError
from flux_gui.core.registry import Registry
from flux_gui.data.generators import GENERATORS
from flux_gui.document import store
from flux_gui.document.project import Project
from flux_gui.document.ranges import format_range
from flux_gui.document.registries import CHAIN, MAIN, SCHEDULES, STOPPING
from flux_gui.engine import models
from flux_gui.engine.losses import LOSSES
from flux_gui.specs import Choice, FileData, FormulaData, GeneratedData, PaintedData

HELP = "describe a project, list all names with their settings, or the devices"


LABELS = {
    "dtype": "number format",
    "chain": "gradient rules",
    "frozen": "frozen layers",
    "epoch": "epochs trained",
    "epochs": "epochs planned",
    "in_use": "parameters in use",
}
"""What a fact is called in text where its name in JSON says little."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("project", metavar="PROJECT.flux", nargs="?")
    parser.add_argument("--devices", action="store_true", help="list the devices that can train")
    parser.add_argument(
        "--names",
        metavar="KIND",
        nargs="?",
        const="",
        help=f"list every name with its settings: all kinds, or one of {', '.join(names.KINDS)}",
    )
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
    if options.names is not None:
        return _list(options.names, options.json)
    if options.project is None:
        raise SettingError("info needs a project file, --names or --devices.", "For example: flux-gui info line.flux")
    facts = describe(store.load(options.project))
    if options.json:
        say_json(facts)
    else:
        told = {LABELS.get(name, name.replace("_", " ")): _text(value) for name, value in facts.items()}
        width = max(map(len, told)) + 2
        say("\n".join(f"{name:<{width}}{text}" for name, text in told.items()))
    return 0


def _list(kind: str, as_json: bool) -> int:
    """Print the names of one kind, or of all."""
    kinds = (names.singular(kind),) if kind else names.KINDS
    if as_json:
        say_json({kind: names.facts(kind) for kind in kinds})
    else:
        say("\n\n".join(names.text(kind) for kind in kinds))
    return 0


def describe(project: Project) -> dict[str, Any]:
    """Return the facts about a project that `info` prints, in order."""
    spec, state, dataset = project.spec, project.state, project.dataset
    stages = spec.training.schedule
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
        "loss": _choice(LOSSES, spec.training.loss),
        "optimiser": {"name": spec.training.optimiser.name, **_values(MAIN, spec.training.optimiser)},
        "chain": [{"name": rule.name, **_values(CHAIN, rule)} for rule in spec.training.chain],
        "schedule": [{"name": s.rule.name, **_values(SCHEDULES, s.rule), spec.training.schedule_unit + "s": s.length} for s in stages],
        "stop_rules": [{"name": rule.name, **_values(STOPPING, rule)} for rule in spec.training.stop],
        "frozen": list(spec.training.frozen),
        "class_weights": spec.training.class_weights,
        "batch": spec.training.batch,
        "epoch": state.epoch,
        "epochs": spec.training.epochs,
        "steps": state.step,
        "seconds": round(state.seconds, 3),
        "best_epoch": state.best.epoch if state.best is not None else None,
        "in_use": state.in_use,
        "state": state.outcome,
        "message": state.message,
        "threads": state.threads or None,
    }


def _source(source: FormulaData | GeneratedData | PaintedData | FileData) -> str:
    if isinstance(source, FileData):
        files = {"": source.path, "validation": source.validation, "test": source.test}
        return ", ".join(f"{part} {os.path.basename(path)}".strip() for part, path in files.items() if path)
    if isinstance(source, GeneratedData):
        return _text({"name": source.generator.name, **_values(GENERATORS, source.generator), "rows": source.rows, "noise": source.noise})
    if isinstance(source, PaintedData):
        return f"painted points of {', '.join(source.classes)}" if source.classes else "painted points of a curve"
    return f"{source.formula}, x = {format_range(source.train)} and {format_range(source.test)}"


def _choice(registry: Registry[Any], choice: Choice) -> Any:
    """Return a choice in one word, or with its numbers and its formula if it has any."""
    values = _values(registry, choice)
    return {"name": choice.name, **values} if values else choice.name


def _values(registry: Registry[Any], choice: Choice) -> dict[str, Any]:
    known: dict[str, Any] = dict(registry.get(choice.name).values(choice.values))
    return {**known, "formula": choice.formula} if choice.formula else known


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(part)}" if name != "name" else str(part) for name, part in value.items())
    if value is None or value in ("", []):
        return "-"
    if isinstance(value, list):
        return "; ".join(_text(part) for part in value)
    return number(value) if isinstance(value, float) else str(value)
