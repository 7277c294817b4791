"""Specifications: the whole project as frozen, serialisable values. Nothing here computes."""

from flux_gui.specs.data import ColumnSpec, DataSpec, FileData, FormulaData, PrepareSpec, Range, SplitSpec
from flux_gui.specs.model import (
    BatchNormSpec,
    Choice,
    DenseSpec,
    DropoutSpec,
    FormulaParameter,
    FormulaSpec,
    LayerNormSpec,
    LayerSpec,
    LogSoftmaxSpec,
    ModelSpec,
    ParallelSpec,
    ScaleSpec,
    SkipConnectionSpec,
    SoftmaxSpec,
)
from flux_gui.specs.project import ProjectSpec
from flux_gui.specs.training import Stage, TrainingSpec

__all__ = [
    "BatchNormSpec",
    "Choice",
    "ColumnSpec",
    "DataSpec",
    "DenseSpec",
    "DropoutSpec",
    "FileData",
    "FormulaData",
    "FormulaParameter",
    "FormulaSpec",
    "LayerNormSpec",
    "LayerSpec",
    "LogSoftmaxSpec",
    "ModelSpec",
    "ParallelSpec",
    "PrepareSpec",
    "ProjectSpec",
    "Range",
    "ScaleSpec",
    "SkipConnectionSpec",
    "SoftmaxSpec",
    "SplitSpec",
    "Stage",
    "TrainingSpec",
]
