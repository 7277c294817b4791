"""The list of all names: the terminal's help."""

import json

import pytest

from flux_gui.cli import names
from flux_gui.core.registry import Hyper
from flux_gui.document.registries import DATA_REGISTRIES, REGISTRIES
from terminal import ok, refused


@pytest.mark.parametrize("kind", names.KINDS)
def test_every_entry_with_its_settings(kind: str) -> None:
    text = ok("info", "--names", kind)
    for entry in names.entries(kind):
        assert f"  {entry.name}" in text
        assert entry.doc in text
        for setting in names.settings_of(entry):
            assert f"      {setting.name} = " in text
            assert setting.doc in text
            if isinstance(setting, Hyper) and not setting.boolean:
                assert f"{setting.low:g} to {setting.high:g}" in text


def test_all_kinds_at_once() -> None:
    text = ok("info", "--names")
    for registry in (*REGISTRIES.values(), *DATA_REGISTRIES.values()):
        for entry in registry.in_window():
            assert f"  {entry.name}" in text
    assert "siamese" not in text  # only in the library
    everything = json.loads(ok("info", "--names", "--json"))
    assert list(everything) == list(names.KINDS)
    dropout = next(entry for entry in everything["layer"] if entry["name"] == "dropout")
    assert dropout["settings"][0]["high"] == 1.0


def test_an_unknown_kind() -> None:
    assert "colour" in refused("info", "--names", "colour")


@pytest.mark.parametrize("kind", names.KINDS)
def test_kinds_in_many(kind: str) -> None:
    assert names.singular(f"{kind}s".upper()) == kind
    assert names.singular(kind) == kind


def test_losses() -> None:
    assert ok("info", "--names", "losses") == ok("info", "--names", "loss")
