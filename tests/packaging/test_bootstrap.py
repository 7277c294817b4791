"""The door of the set-up refuses a Python that is too old, in a form that such a Python can still read."""

import ast
import importlib
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "packaging"


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("bootstrap")


@pytest.mark.parametrize("version", [(3, 11), (3, 11, 2), (3, 14), (4, 0)])
def test_new_enough(bootstrap: ModuleType, version: tuple[int, ...]) -> None:
    assert bootstrap.too_old(version) == ""


@pytest.mark.parametrize("version", [(3, 6), (3, 10, 13)])
def test_too_old_is_one_sentence(bootstrap: ModuleType, version: tuple[int, ...]) -> None:
    sentence = bootstrap.too_old(version)
    assert f"this is Python {version[0]}.{version[1]}" in sentence
    assert "3.11 or newer" in sentence
    assert "\n" not in sentence


def test_an_old_python_can_read_it() -> None:
    ast.parse((FOLDER / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 4))
