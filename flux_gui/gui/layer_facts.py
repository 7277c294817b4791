"""What is said of every layer: its usual title, what it does, and what it costs, as text for tooltips and forms. No widget."""

from flux_gui.document.model_costs import Cost, costs, memory, total
from flux_gui.document.project import Project
from flux_gui.engine.models import entry_of, sizes
from flux_gui.gui.view import ARROW, grouped, step_title
from flux_gui.specs import DenseSpec, LayerSpec


def usual_title(layer: LayerSpec, inputs: int, units: int) -> str:
    """Return what a layer is called as long as nobody has given it a name."""
    return f"Dense {inputs} {ARROW} {units}" if isinstance(layer, DenseSpec) else step_title(layer)


def usual_titles(project: Project) -> list[str]:
    """Return the usual title of every layer of the Chain."""
    model = project.spec.model
    return [usual_title(layer, *pair) for layer, pair in zip(model.layers, sizes(model, project.dataset.inputs), strict=True)]


def cost_line(cost: Cost) -> str:
    """Return what a layer or a network costs: 40 parameters · 160 B · 32 multiply-adds a row."""
    parts = [
        f"{grouped(cost.parameters)} parameter{'s' if cost.parameters != 1 else ''}" if cost.parameters else "no parameters",
        memory(cost.bytes) if cost.bytes else "",
        f"{grouped(cost.multiply_adds)} multiply-add{'s' if cost.multiply_adds != 1 else ''} a row" if cost.multiply_adds else "",
    ]
    return " \u00b7 ".join(part for part in parts if part)


def layer_tips(project: Project) -> list[str]:
    """Return some lines about every layer of the Chain: title with name, what it does, costs, whether it rests."""
    model, rest = project.spec.model, project.spec.training.frozen
    lines = []
    for layer, usual, cost in zip(model.layers, usual_titles(project), costs(model, project.dataset.inputs), strict=True):
        head = f"{layer.name} ({usual})" if layer.name else usual
        frozen = "\nFrozen: training leaves it as it is." if layer.id in rest else ""
        lines.append(f"{head}: {entry_of(layer).doc}\n{cost_line(cost)}{frozen}")
    return lines


def network_cost(project: Project) -> Cost:
    """Return what the whole network costs."""
    return total(project.spec.model, project.dataset.inputs)
