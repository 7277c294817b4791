"""Tests of the door to resources and user folders."""

import sys
from pathlib import Path

import pytest

from flux_gui.core import paths


def test_resources_of_the_checkout() -> None:
    assert paths.resource("samples", "iris.csv").is_file()
    assert paths.resources().name == "resources"


def test_resources_of_a_frozen_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resource("samples") == tmp_path / "resources" / "samples"


def test_resources_of_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "site" / "flux_gui" / "core" / "paths.py"
    samples = tmp_path / "site" / "flux_gui" / "resources" / "samples"
    samples.mkdir(parents=True)
    monkeypatch.setattr(paths, "__file__", str(module))
    assert paths.resource("samples") == samples


def test_user_folders_are_those_of_the_program(own_home: Path) -> None:
    for folder in (paths.config_dir(), paths.log_dir()):
        assert paths.APP_NAME in folder.parts
        assert own_home in folder.parents or sys.platform != "linux"
