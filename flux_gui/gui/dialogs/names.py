"""The page of names and formulas: every function, rule, layer and score there is, from the registries."""

from html import escape

from flux_gui.core.registry import Entry
from flux_gui.document.registries import REGISTRIES
from flux_gui.engine.metrics import METRICS
from flux_gui.gui.setting_fields import label_of

TITLES = {
    "activation": "Activations",
    "loss": "Losses",
    "optimiser": "Optimisers, decay and clipping",
    "schedule": "Schedules of the rate",
    "stop": "Reasons to stop early",
    "initialiser": "Start weights",
    "layer": "Layers",
    "metric": "Scores",
}


def names_page() -> str:
    """Return every entry of every registry as rich text: one table a registry, with names, formulas, meanings and settings."""
    parts = []
    for kind, registry in {**REGISTRIES, "metric": METRICS}.items():
        rows = "".join(_row(entry) for entry in registry)
        parts.append(f"<h2>{escape(TITLES.get(kind, kind.capitalize()))}</h2><table width='100%'>{rows}</table>")
    return "".join(parts)


def _row(entry: Entry) -> str:
    name = f"<b>{escape(entry.label)}</b>"
    if entry.name.casefold() != entry.label.casefold():
        name += f"<br>{escape(entry.name)}"
    words = [escape(entry.doc)] if entry.doc else []
    if entry.formula:
        words.insert(0, f"<code>{escape(entry.formula)}</code>")
    settings = getattr(entry, "settings", ()) or entry.hypers
    if settings:
        words.append(f"<i>{escape(', '.join(label_of(one) for one in settings))}</i>")
    if not entry.in_window:
        words.append("In the library only.")
    return f"<tr><td width='30%'>{name}</td><td>{'<br>'.join(words)}</td></tr>"
