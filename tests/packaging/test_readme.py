"""What the README shows works as shown: its commands, its library example, its links."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from flux_gui import cli

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    return [shlex.split(line) for block in blocks("sh") for line in block.splitlines() if line.startswith("flux-gui ")]


def test_the_two_lines() -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines() if "bootstrap" in line]
    assert lines == ["python3 packaging/bootstrap.py app", "python3 packaging/bootstrap.py test"]


def test_the_terminal_walk_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(ROOT / "resources" / "samples", tmp_path / "resources" / "samples")
    monkeypatch.chdir(tmp_path)
    assert len(commands()) >= 8
    for _, *arguments in commands():
        assert cli.main(arguments) == 0, f"{shlex.join(arguments)}\n{capsys.readouterr().err}"
    assert (tmp_path / "line.npz").stat().st_size > 0
    assert (tmp_path / "predictions.csv").read_text(encoding="utf-8").count("\n") == 151


def test_the_library_example(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = blocks("python")
    names: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), names)
    weight, bias = (float(number) for number in re.findall(r"-?\d+\.\d*", capsys.readouterr().out))
    assert weight == pytest.approx(4, abs=0.1)
    assert bias == pytest.approx(2, abs=0.3)


def test_links_lead_somewhere() -> None:
    local = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert local
    missing = [link for link in local if not (ROOT / link).exists()]
    assert not missing
