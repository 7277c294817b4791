"""Training mode by hand. Layers follow the training by themselves: active only while a training step or a gradient is taken."""

from typing import Any, Literal, TypeVar

from flux_gui.core.errors import SettingError
from flux_gui.engine.ownership import Layer

L = TypeVar("L", bound=Layer)


def testmode(model: L, mode: bool | Literal["auto"] = True) -> L:  # noqa: PT028  (Flux's name; not a test)
    """Force all layers of `model` into test mode; `mode=False` forces training mode, "auto" lets them follow again.

    A forced mode holds in training, evaluation and calls alike, and is printed: `Dropout(0.4, active=false)`. Returns the model.
    Flux: `testmode!(model)`.
    """
    if mode not in (True, False, "auto"):
        raise SettingError(f"The mode must be True, False or 'auto', got {mode!r}.", "Write flux.testmode(model, 'auto').")
    for layer in model.walk():
        layer.active = None if mode == "auto" else not mode
    return model


def trainmode(model: L, mode: bool | Literal["auto"] = True) -> L:
    """Force all layers of `model` into training mode; `mode=False` forces test mode, "auto" lets them follow again. Flux: `trainmode!`."""
    return testmode(model, mode if mode == "auto" else not _checked(mode))


def _checked(mode: Any) -> bool:
    if mode not in (True, False):
        raise SettingError(f"The mode must be True, False or 'auto', got {mode!r}.", "Write flux.trainmode(model, 'auto').")
    return bool(mode)


testmode.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever its name
