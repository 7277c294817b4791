"""The whole project as one value."""

import msgspec

from flux_gui.specs.data import DataSpec
from flux_gui.specs.model import ModelSpec
from flux_gui.specs.training import TrainingSpec
from flux_gui.specs.view import ViewSpec


class ProjectSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a user has set; the default is the line example: 4x + 2 learned by Dense(1 => 1)."""

    name: str = "line"
    data: DataSpec = DataSpec()
    model: ModelSpec = ModelSpec()
    training: TrainingSpec = TrainingSpec()
    view: ViewSpec = ViewSpec()
