"""Specifications: the whole project as frozen, serialisable values. Nothing here computes."""

from flux_gui.specs.data import ColumnSpec, DataSpec, FileData, FormulaData, PrepareSpec, Range, SplitSpec
from flux_gui.specs.model import Choice, DenseSpec, LayerSpec, ModelSpec, SoftmaxSpec
from flux_gui.specs.project import ProjectSpec
from flux_gui.specs.training import TrainingSpec

__all__ = [
    "Choice",
    "ColumnSpec",
    "DataSpec",
    "DenseSpec",
    "FileData",
    "FormulaData",
    "LayerSpec",
    "ModelSpec",
    "PrepareSpec",
    "ProjectSpec",
    "Range",
    "SoftmaxSpec",
    "SplitSpec",
    "TrainingSpec",
]
