"""Changes of data that a run survives: the same network on other rows goes on from where it was, with a mark on its curves."""

from dataclasses import replace

from flux_gui.document.migrate import with_event
from flux_gui.document.project import Project
from flux_gui.document.states import ModelState
from flux_gui.gui.changes import Change
from flux_gui.specs import GeneratedData

LIVE = ("data.source.noise", "data.source.rows", "data.source.seed", "data.source.generator.")


def is_live(project: Project, path: str) -> bool:
    """Return whether the setting at `path` makes other rows of the same kind."""
    return isinstance(project.spec.data.source, GeneratedData) and any(path.startswith(one) for one in LIVE)


def going_on(change: Change, event: str = "") -> Change:
    """Return `change` such that training goes on with what it has learned, where inputs, outputs and network stay the same.

    What was measured on the old rows is forgotten, the best epoch among it; `event` is the mark, "" for none.
    """

    def apply(project: Project) -> Project:
        after = change(project)
        if after is project or not _same_kind(project, after):
            return after
        state = _kept(project.state)
        return replace(after, state=with_event(state, event) if event else state)

    return apply


def _same_kind(before: Project, after: Project) -> bool:
    old, new = before.dataset, after.dataset
    same = (old.task, old.input_names, old.output_names) == (new.task, new.input_names, new.output_names)
    return same and before.spec.model == after.spec.model and bool(before.state.step)


def _kept(state: ModelState) -> ModelState:
    kept = replace(state, position=0, best=None, in_use="last", message="")
    if state.in_use == "best" and state.best is not None:
        return replace(kept, parameters=state.best.parameters, statistics=state.best.statistics, slots={})
    return kept
