"""The examples of the documentation run: the engine's docstring, those of its modules, and the Python blocks of the user guide."""

import doctest
import importlib
import pkgutil
import re
import warnings
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.paths import resource

MODULES = ["flux_gui.engine", *(f"flux_gui.engine.{m.name}" for m in pkgutil.iter_modules(flux.__path__))]
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name: str) -> None:
    module = importlib.import_module(name)
    failed, tried = doctest.testmod(module, extraglobs={"flux": flux, "np": np}, optionflags=OPTIONS, report=True)
    assert not failed, f"{failed} of {tried} examples of {name} fail"


def test_the_docstring_of_the_engine_retells_the_walk_through() -> None:
    examples = doctest.DocTestFinder(recurse=False).find(flux, "flux_gui.engine")[0].examples
    code = "\n".join(example.source for example in examples)
    for word in ("Dense(1, 1)", "losses.mse", "Descent(", "parameters(", "train(", "gradient("):
        assert word in code, f"the walk-through says nothing about {word}"


def test_the_python_blocks_of_the_user_guide_run() -> None:
    guide = resource("docs", "guide.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", guide, flags=re.DOTALL)
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for block in blocks:
            exec(compile(block, "guide.md", "exec"), names)
    assert any("(flux.Layer)" in block for block in blocks), "the guide shows no layer of one's own"
    own = [thing for thing in names.values() if isinstance(thing, type) and issubclass(thing, flux.Layer) and thing is not flux.Layer]
    assert own
