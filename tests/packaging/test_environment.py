"""The decisions of the set-up: which packages, which commands, when to install again. Nothing is installed here."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'
ROCKY = 'ID="rocky"\nID_LIKE="rhel centos fedora"\n'
KEY = "0123"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    return importlib.import_module("environment")


# ---- command line


def test_the_commands(environment: ModuleType) -> None:
    assert environment.parse(["app", "my.flux"]) == ("app", ROOT / ".venv", ("my.flux",))
    assert environment.parse(["test", "-k", "layout", "--venv"]).rest == ("-k", "layout", "--venv")


def test_another_folder(environment: ModuleType, tmp_path: Path) -> None:
    options = environment.parse(["test", "--venv", str(tmp_path), "-x"])
    assert options.venv == tmp_path
    assert options.rest == ("-x",)


@pytest.mark.parametrize("arguments", [[], ["install"], ["--help"], ["test", "--venv"]])
def test_wrong_command_lines_show_what_is_right(environment: ModuleType, arguments: list[str]) -> None:
    with pytest.raises(environment.SetupError, match=r"python3 packaging/bootstrap\.py"):
        environment.parse(arguments)


def test_the_app_gets_the_users_display_and_folder(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    line, folder, variables = environment.launch(environment.parse(["app", "my.flux"]), Path("python"))
    assert line == ["python", "-m", "flux_gui", "my.flux"]
    assert folder is None
    assert "QT_QPA_PLATFORM" not in variables


def test_the_tests_run_offscreen_in_the_checkout(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    line, folder, variables = environment.launch(environment.parse(["test", "-q"]), Path("python"))
    assert line == ["python", "-m", "pytest", "-q"]
    assert folder == ROOT
    assert variables["QT_QPA_PLATFORM"] == "offscreen"
    whole, _, _ = environment.launch(environment.parse(["test"]), Path("python"))
    assert 1 <= int(whole[whole.index("-n") + 1]) <= environment.WORKERS  # all tests share the processors


def test_extras_exist(environment: ModuleType) -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {extra for extras in environment.COMMANDS.values() for extra in extras} <= set(project["optional-dependencies"])


# ---- system packages


def test_only_the_app_needs_a_screen(environment: ModuleType) -> None:
    assert environment.wanted_libraries("test", {}) == environment.OFFSCREEN
    on_x11 = environment.wanted_libraries("app", {})
    assert set(on_x11) == {*environment.OFFSCREEN, *environment.SCREEN}
    assert set(environment.wanted_libraries("app", {"WAYLAND_DISPLAY": "wayland-0"})) == {*on_x11, *environment.WAYLAND}


def test_missing_libraries_are_those_that_do_not_load(environment: ModuleType) -> None:
    def load(soname: str) -> None:
        if soname.startswith("libEGL"):
            raise OSError

    assert [library.debian for library in environment.missing_libraries(environment.OFFSCREEN, load)] == ["libegl1"]


@pytest.mark.parametrize(("text", "family"), [(DEBIAN, "debian"), (MINT, "debian"), (ROCKY, "fedora"), ("ID=arch\n", ""), ("", "")])
def test_distribution_family(environment: ModuleType, text: str, family: str) -> None:
    assert environment.distribution_family(text) == family


def test_packages_are_named_once(environment: ModuleType) -> None:
    packages = environment.system_packages(environment.SCREEN, True, (3, 13), "fedora")
    assert packages.count("libxcb") == 1
    assert environment.system_packages([], False, (3, 11, 2), "debian") == ["python3.11-venv"]


def test_message_is_the_exact_line(environment: ModuleType) -> None:
    libraries = environment.OFFSCREEN[1:3]
    text = environment.missing_message(libraries, False, (3, 11, 2), "debian")
    assert "libEGL.so.1, libGL.so.1" in text
    assert text.endswith("  sudo apt-get install python3.11-venv libegl1 libgl1")
    assert environment.missing_message(libraries, True, (3, 13), "fedora").endswith("  sudo dnf install libglvnd-egl libglvnd-glx")
    both = environment.missing_message(libraries, True, (3, 13), "")
    assert "sudo apt-get install libegl1 libgl1" in both
    assert "sudo dnf install libglvnd-egl libglvnd-glx" in both


def test_who_may_install(environment: ModuleType) -> None:
    assert environment.privilege(is_root=True, sudo_allowed=False) == []
    assert environment.privilege(is_root=False, sudo_allowed=True) == ["sudo", "-n"]
    assert environment.privilege(is_root=False, sudo_allowed=False) is None


def test_apt_asks_nothing(environment: ModuleType) -> None:
    update, install = environment.apt_commands(["libgl1"], ["sudo", "-n"])
    assert update[-1] == "update"
    assert install[:4] == ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    assert "-y" in install
    assert install[-1] == "libgl1"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="system packages are a matter of Linux")
def test_refusal_without_privilege(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "missing_libraries", list)
    monkeypatch.setattr(environment, "privilege", lambda is_root, sudo_allowed: None)
    monkeypatch.setattr(subprocess, "run", lambda *_a, **_o: subprocess.CompletedProcess([], 1))
    with pytest.raises(environment.SetupError, match=r"libegl1|libglvnd-egl"):
        environment.prepare_system("test")


# ---- virtual environment


def test_interpreter_path(environment: ModuleType) -> None:
    assert environment.venv_python(Path("v"), windows=True) == Path("v/Scripts/python.exe")
    assert environment.venv_python(Path("v"), windows=False) == Path("v/bin/python")


def test_key_follows_requirements_python_and_checkout(environment: ModuleType) -> None:
    keys = {
        environment.venv_key(b"a", (3, 11, 2), Path("here")),
        environment.venv_key(b"b", (3, 11, 2), Path("here")),
        environment.venv_key(b"a", (3, 12, 2), Path("here")),
        environment.venv_key(b"a", (3, 11, 2), Path("there")),
    }
    assert len(keys) == 4
    assert environment.venv_key(b"a", (3, 11, 2), Path("here")) == environment.venv_key(b"a", (3, 11, 9), Path("here"))


def test_stamp(environment: ModuleType, tmp_path: Path) -> None:
    assert environment.read_stamp(tmp_path) == ("", frozenset())
    environment.write_stamp(tmp_path, KEY, ["test", "freeze"])
    assert environment.read_stamp(tmp_path) == (KEY, {"test", "freeze"})


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", json.dumps({"key": KEY, "extras": 3})])
def test_damaged_stamp_means_install_again(environment: ModuleType, tmp_path: Path, text: str) -> None:
    (tmp_path / environment.STAMP).write_text(text, encoding="utf-8")
    assert environment.read_stamp(tmp_path) == ("", frozenset())


def test_up_to_date(environment: ModuleType, tmp_path: Path) -> None:
    environment.write_stamp(tmp_path, KEY, ["test"])
    assert not environment.is_up_to_date(tmp_path, KEY, ()), "the interpreter is gone"
    python = environment.venv_python(tmp_path)
    python.parent.mkdir()
    python.touch()
    assert environment.is_up_to_date(tmp_path, KEY, ())
    assert environment.is_up_to_date(tmp_path, KEY, ("test",))
    assert not environment.is_up_to_date(tmp_path, KEY, ("freeze",))
    assert not environment.is_up_to_date(tmp_path, "other", ())


def test_pip_command(environment: ModuleType) -> None:
    loud = environment.pip_command(Path("python"), Path("here"), (), quiet=False)
    assert loud[-2:] == ["--editable", "here"]
    assert "--quiet" not in loud
    assert environment.pip_command(Path("python"), Path("here"), ("test", "freeze"), quiet=True)[-1] == "here[freeze,test]"


def test_a_foreign_folder_is_never_emptied(environment: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work", encoding="utf-8")
    with pytest.raises(environment.SetupError, match="no virtual environment"):
        environment.make_venv(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_refusals_are_words_and_a_status(environment: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert environment.main(["nonsense"]) == 1
    assert "packaging/bootstrap.py app" in capsys.readouterr().err
