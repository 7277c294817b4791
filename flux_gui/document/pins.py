"""Parameters pinned to the live plot: found by layer, so that they stay where layers come and go; edits that pin and unpin them."""

from dataclasses import replace
from typing import Final

import msgspec

from flux_gui.core.errors import SettingError
from flux_gui.document.nesting import owners
from flux_gui.document.project import Project
from flux_gui.engine import models
from flux_gui.engine.parameters import Slot
from flux_gui.specs import Pin

MOST: Final = 8


def pinned(project: Project) -> list[int]:
    """Return the flat indices of the pinned parameters in the order they were pinned; those that are gone are left out."""
    if not project.spec.view.pinned:
        return []
    names, slots = owners(project.spec.model), _slots(project)
    homes = {(names[slot.key.rpartition(".")[0]], slot.name): slot for slot in slots}
    found = (_index(homes.get((one.layer, one.name)), one) for one in project.spec.view.pinned)
    return list(dict.fromkeys(index for index in found if index is not None))[:MOST]


def pin(project: Project, index: int) -> Project:
    """Return the project with the parameter at a flat index pinned; raises SettingError beyond eight, or where there is none."""
    kept = pinned(project)
    if index in kept:
        return project
    if len(kept) >= MOST:
        raise SettingError(f"{MOST} parameters are pinned already.", "Unpin one of them first.")
    return _with(project, [*kept, index])


def unpin(project: Project, index: int) -> Project:
    """Return the project without the pin of the parameter at a flat index."""
    kept = pinned(project)
    return _with(project, [one for one in kept if one != index]) if index in kept else project


def _with(project: Project, indices: list[int]) -> Project:
    view = msgspec.structs.replace(project.spec.view, pinned=tuple(_pin(project, index) for index in indices))
    return replace(project, spec=msgspec.structs.replace(project.spec, view=view))


def _pin(project: Project, index: int) -> Pin:
    slot = next((slot for slot in _slots(project) if slot.start <= index < slot.stop), None)
    if slot is None:
        raise SettingError(f"There is no parameter {index}.", "Choose an existing weight or bias.")
    offset, matrix = index - slot.start, len(slot.shape) == 2
    row, column = (offset % slot.shape[0], offset // slot.shape[0]) if matrix else (offset, 0)
    return Pin(owners(project.spec.model)[slot.key.rpartition(".")[0]], slot.name, row, column)


def _index(slot: Slot | None, one: Pin) -> int | None:
    """Return the flat index of a pin in its array, None where the array has no such place."""
    if slot is None or one.row < 0 or one.column < 0:
        return None
    if len(slot.shape) == 2:
        return slot.start + one.column * slot.shape[0] + one.row if one.row < slot.shape[0] and one.column < slot.shape[1] else None
    return slot.start + one.row if one.row < slot.stop - slot.start and not one.column else None


def _slots(project: Project) -> tuple[Slot, ...]:
    return models.layout(project.spec.model, project.dataset.inputs)
