"""Set-up of a checkout: system packages, the virtual environment, and the commands that run in it.

Standard library only, because it runs before anything is installed; `bootstrap.py` is its command line. A finished set-up
leaves a stamp in the virtual environment, so the next call starts at once.
"""

import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
VERSION: tuple[int, ...] = tuple(sys.version_info[:3])
STAMP = "flux-gui-setup.json"
WORKERS = 4  # most processes that share the tests
COMMANDS = {"app": (), "test": ("test",), "venv": ("test",)}  # command -> extras of pyproject.toml that it needs
USAGE = """\
python3 packaging/bootstrap.py app [FILE]               set up, then open the window
python3 packaging/bootstrap.py test [PYTEST OPTIONS]    set up, then run the tests
python3 packaging/bootstrap.py venv                     set up only, with everything the checks need
Right after the command, --venv DIR chooses another folder than .venv for the virtual environment."""


class SetupError(Exception):
    """Set-up cannot go on; the message says why and what to do."""


class Library(NamedTuple):
    """One shared library that Qt takes from the system, and the packages that hold it."""

    soname: str
    debian: str
    fedora: str


OFFSCREEN = (
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2"),
    Library("libEGL.so.1", "libegl1", "libglvnd-egl"),
    Library("libGL.so.1", "libgl1", "libglvnd-glx"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs"),
)
SCREEN = (
    Library("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb"),
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb"),
    Library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
)
WAYLAND = (
    Library("libwayland-cursor.so.0", "libwayland-cursor0", "libwayland-cursor"),
    Library("libwayland-egl.so.1", "libwayland-egl1", "libwayland-egl"),
)


class Options(NamedTuple):
    """The command line, taken apart."""

    command: str
    venv: Path
    rest: tuple[str, ...]


def say(text: str) -> None:
    """Print one line about what is being done."""
    print(text, flush=True)


# ---- command line


def parse(arguments: Sequence[str]) -> Options:
    """Take the command line apart; only `--venv DIR` right after the command is ours, the rest is passed on."""
    if not arguments or arguments[0] not in COMMANDS:
        raise SetupError(USAGE)
    rest = list(arguments[1:])
    venv = ROOT / ".venv"
    if rest and rest[0] == "--venv":
        if len(rest) < 2:
            raise SetupError("--venv needs a folder: python3 packaging/bootstrap.py venv --venv DIR")
        venv = Path(rest[1]).resolve()
        rest = rest[2:]
    return Options(arguments[0], venv, tuple(rest))


# ---- system packages


def wanted_libraries(command: str, environment: Mapping[str, str]) -> tuple[Library, ...]:
    """Return the libraries `command` needs: tests run without a screen, the app needs one, and Wayland adds its own."""
    if command != "app":
        return OFFSCREEN
    return OFFSCREEN + SCREEN + (WAYLAND if environment.get("WAYLAND_DISPLAY") else ())


def missing_libraries(libraries: Iterable[Library], load: Callable[[str], object] = ctypes.CDLL) -> list[Library]:
    """Return those libraries that the system's loader does not find."""
    missing = []
    for library in libraries:
        try:
            load(library.soname)
        except OSError:
            missing.append(library)
    return missing


def can_make_venv() -> bool:
    """Return whether this Python can make a virtual environment with pip in it (Debian keeps that in a package of its own)."""
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def system_packages(libraries: Iterable[Library], venv_works: bool, version: tuple[int, ...], family: str) -> list[str]:
    """Return the names of the packages to install, without repeats, in the words of the distribution family."""
    names = [library.fedora if family == "fedora" else library.debian for library in libraries]
    if not venv_works:
        names.insert(0, "python3-libs" if family == "fedora" else "python{}.{}-venv".format(*version[:2]))
    return list(dict.fromkeys(names))


def distribution_family(os_release: str) -> str:
    """Return "debian", "fedora" or "" from the text of /etc/os-release."""
    words: set[str] = set()
    for line in os_release.splitlines():
        key, _, value = line.partition("=")
        if key in ("ID", "ID_LIKE"):
            words.update(value.strip().strip("\"'").lower().split())
    if words & {"debian", "ubuntu"}:
        return "debian"
    return "fedora" if words & {"fedora", "rhel", "centos"} else ""


def install_line(packages: Sequence[str], family: str) -> str:
    """Return the line a person types to install `packages`."""
    return "sudo {} install {}".format("dnf" if family == "fedora" else "apt-get", " ".join(packages))


def missing_message(libraries: Sequence[Library], venv_works: bool, version: tuple[int, ...], family: str) -> str:
    """Return what to tell a person when system packages are missing and may not be installed from here."""
    parts = [] if venv_works else ["Python's venv module"]
    parts += [library.soname for library in libraries]
    packages = system_packages(libraries, venv_works, version, family)
    text = "The system lacks {}.\nInstall them with this line, then run the same command again:\n  {}".format(
        ", ".join(parts), install_line(packages, family)
    )
    if not family:
        other = install_line(system_packages(libraries, venv_works, version, "fedora"), "fedora")
        text += f"\nor, where dnf is used:\n  {other}"
    return text


def privilege(is_root: bool, sudo_allowed: bool) -> list[str] | None:
    """Return what to put before apt-get: nothing for root, sudo where it asks for no password, None if neither is allowed."""
    if is_root:
        return []
    return ["sudo", "-n"] if sudo_allowed else None


def apt_commands(packages: Sequence[str], before: Sequence[str]) -> list[list[str]]:
    """Return the two apt-get calls that install `packages` without asking anything."""
    apt = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    return [[*apt, "update"], [*apt, "install", "-y", "--no-install-recommends", *packages]]


def sudo_works() -> bool:
    """Return whether sudo runs apt-get without asking for a password."""
    if not shutil.which("sudo"):
        return False
    line = ["sudo", "-n", "apt-get", "--version"]
    return subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def prepare_system(command: str) -> None:
    """Make sure that Python can make a virtual environment and that Qt finds its system libraries."""
    venv_works = can_make_venv()
    missing = missing_libraries(wanted_libraries(command, os.environ)) if sys.platform.startswith("linux") else []
    if venv_works and not missing:
        return
    release = Path("/etc/os-release")
    family = distribution_family(release.read_text(encoding="utf-8")) if release.is_file() else ""
    refusal = missing_message(missing, venv_works, VERSION, family)
    before = privilege(hasattr(os, "geteuid") and os.geteuid() == 0, sudo_works()) if shutil.which("apt-get") else None
    if before is None:
        raise SetupError(refusal)
    packages = system_packages(missing, venv_works, VERSION, family)
    say("Installing system packages: " + " ".join(packages))
    for line in apt_commands(packages, before):
        done = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode and "install" in line:
            raise SetupError((done.stderr or done.stdout).strip() + "\n" + refusal)
    importlib.invalidate_caches()
    still = missing_libraries(missing)
    if still or not can_make_venv():
        raise SetupError(missing_message(still, can_make_venv(), VERSION, family))


# ---- virtual environment


def venv_python(venv: Path, windows: bool = os.name == "nt") -> Path:
    """Return the path of the environment's interpreter."""
    return venv / "Scripts" / "python.exe" if windows else venv / "bin" / "python"


def venv_key(pyproject: bytes, version: tuple[int, ...], root: Path) -> str:
    """Return what an environment was made from, as one short text: requirements, Python version, checkout."""
    text = f"{version[0]}.{version[1]}\n{root}\n".encode() + pyproject
    return hashlib.sha256(text).hexdigest()[:32]


def read_stamp(venv: Path) -> tuple[str, frozenset[str]]:
    """Return key and extras of the last finished set-up; ("", nothing) if there was none."""
    try:
        found = json.loads((venv / STAMP).read_text(encoding="utf-8"))
        return str(found["key"]), frozenset(map(str, found["extras"]))
    except (OSError, ValueError, KeyError, TypeError):
        return "", frozenset()


def write_stamp(venv: Path, key: str, extras: Iterable[str]) -> None:
    """Note a finished set-up in the environment itself."""
    (venv / STAMP).write_text(json.dumps({"key": key, "extras": sorted(extras)}) + "\n", encoding="utf-8")


def is_up_to_date(venv: Path, key: str, extras: Iterable[str]) -> bool:
    """Return whether the environment was finished for this key and holds at least these extras."""
    stamped, held = read_stamp(venv)
    return stamped == key and held.issuperset(extras) and venv_python(venv).exists()


def requirement(root: Path, extras: Iterable[str]) -> str:
    """Return the editable requirement for pip: the checkout with its extras."""
    names = ",".join(sorted(extras))
    return f"{root}[{names}]" if names else str(root)


def pip_command(python: Path, root: Path, extras: Iterable[str], quiet: bool) -> list[str]:
    """Return the pip call that installs the package editable."""
    line = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    return [*line, *(["--quiet"] if quiet else []), "--editable", requirement(root, extras)]


def works(python: Path) -> bool:
    """Return whether an environment's interpreter starts, is of our own version and has pip."""
    if not python.exists():
        return False
    code = "import sys, pip; sys.exit(sys.version_info[:2] != ({}, {}))".format(*VERSION[:2])
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_venv(venv: Path) -> None:
    """Make the virtual environment, or make it anew if it is broken or of another Python; never empty a foreign folder."""
    if works(venv_python(venv)):
        return
    ours = (venv / "pyvenv.cfg").is_file()
    if venv.exists() and not ours and (not venv.is_dir() or any(venv.iterdir())):
        raise SetupError(f"{venv} exists and is no virtual environment: give another folder with --venv, or remove it.")
    say("Creating the virtual environment {} (Python {}.{}.{})".format(venv, *VERSION))
    done = subprocess.run([sys.executable, "-m", "venv", *(["--clear"] if ours else []), str(venv)], check=False)
    if done.returncode:
        raise SetupError(f"The virtual environment {venv} could not be created (see above).")


def install(venv: Path, extras: Sequence[str]) -> Path:
    """Bring the virtual environment up to date and return its interpreter; costs next to nothing when it already is."""
    python = venv_python(venv)
    key = venv_key((ROOT / "pyproject.toml").read_bytes(), VERSION, ROOT)
    if is_up_to_date(venv, key, extras):
        return python
    make_venv(venv)
    wanted = read_stamp(venv)[1].union(extras)
    say("Installing the Python packages (about 120 MB are downloaded the first time)")
    environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    done = subprocess.run(pip_command(python, ROOT, wanted, quiet=not sys.stdout.isatty()), env=environment, check=False)
    if done.returncode:
        raise SetupError("The Python packages could not be installed (see above): check the network and run the same command again.")
    probe = [str(python), "-c", "import PySide6.QtWidgets, flux_gui"]
    loaded = subprocess.run(probe, cwd=venv, stderr=subprocess.PIPE, text=True, check=False)
    if loaded.returncode:
        reason = (loaded.stderr.strip().splitlines() or ["no message"])[-1]
        raise SetupError(f"The packages are installed, but the window's library does not load: {reason}")
    write_stamp(venv, key, wanted)
    return python


# ---- commands


def launch(options: Options, python: Path) -> tuple[list[str], Path | None, dict[str, str]]:
    """Return the final command of `options`, its folder (None: where the user is) and its environment."""
    environment = dict(os.environ)
    if options.command == "app":
        return [str(python), "-m", "flux_gui", *options.rest], None, environment
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    side_by_side = ["-n", str(min(os.cpu_count() or 1, WORKERS)), "--dist", "loadfile"]  # not with arguments: --pdb, for one, forbids it
    return [str(python), "-m", "pytest", *(options.rest or side_by_side)], ROOT, environment


def run(options: Options) -> int:
    """Set up, then do what the command says; return the exit status."""
    prepare_system(options.command)
    python = install(options.venv, COMMANDS[options.command])
    if options.command == "venv":
        say(f"Ready: {python}")
        return 0
    line, folder, environment = launch(options, python)
    say("Opening the window" if options.command == "app" else "Running the tests")
    return subprocess.call(line, cwd=folder, env=environment)


def main(arguments: Sequence[str]) -> int:
    """Run the program; every refusal is a sentence on standard error and exit status 1."""
    try:
        return run(parse(arguments))
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
