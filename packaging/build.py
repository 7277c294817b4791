"""Frozen folder build: freeze, weigh, write a desktop entry, and let the result check itself.

    python3 packaging/build.py

The program lands in dist/flux-gui/ and needs no Python on the machine it runs on. Everything else is made under build/.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from environment import ROOT, SetupError, install, prepare_system, say

DIST = ROOT / "dist"
BUILD = ROOT / "build"
SPEC = ROOT / "packaging" / "flux-gui.spec"
TEMPLATE = ROOT / "packaging" / "linux" / "flux-gui.desktop"
SELF_TEST_SECONDS = 300


def freeze_command(python: Path) -> list[str]:
    """Return the PyInstaller call; everything it writes goes to build/ and dist/."""
    return [
        *(str(python), "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"),
        *("--distpath", str(DIST), "--workpath", str(BUILD / "pyinstaller"), str(SPEC)),
    ]


def check_tools(platform: str = sys.platform) -> None:
    """Refuse early, with the line to run, when PyInstaller would miss a program of the system."""
    if platform.startswith("linux") and not shutil.which("objdump"):
        raise SetupError("PyInstaller needs the program objdump.\nInstall it with this line:\n  sudo apt-get install binutils")


def weigh(folder: Path) -> tuple[int, int]:
    """Return bytes and number of the files below `folder`; a link counts as a file without weight."""
    files = [path for path in folder.rglob("*") if path.is_symlink() or path.is_file()]
    return sum(path.stat().st_size for path in files if not path.is_symlink()), len(files)


def quoted(path: Path) -> str:
    """Return `path` as one argument of an Exec line, by the rules of the desktop entry specification."""
    text = "".join("\\" + sign if sign in '"`$\\' else sign for sign in str(path)).replace("%", "%%")
    return '"' + text.replace("\\", "\\\\") + '"'


def desktop_entry(template: str, program: Path, icon: Path) -> str:
    """Return the desktop entry that starts `program` where it lies."""
    values = {"Exec": f"{quoted(program)} %f", "Icon": str(icon).replace("\\", "\\\\")}
    lines = []
    for line in template.splitlines():
        key = line.partition("=")[0]
        lines.append(f"{key}={values[key]}" if key in values else line)
    return "\n".join(lines) + "\n"


def write_desktop_entry(folder: Path) -> Path:
    """Write the desktop entry of the build in `folder`; copied to ~/.local/share/applications it shows up in the menu."""
    target = folder / "flux-gui.desktop"
    icon = folder / "_internal" / "resources" / "icons" / "app.svg"
    target.write_text(desktop_entry(TEMPLATE.read_text(encoding="utf-8"), folder / "flux-gui", icon), encoding="utf-8")
    target.chmod(0o755)
    return target


def self_test_environment(environment: Mapping[str, str], home: str) -> dict[str, str]:
    """Return an environment without display, without Python settings and with a home folder of its own."""
    kept = {name: value for name, value in environment.items() if not name.startswith(("PYTHON", "QT_", "XDG_", "VIRTUAL_ENV"))}
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        kept.pop(name, None)
    return {**kept, "HOME": home, "QT_QPA_PLATFORM": "offscreen"}


def passed(status: int, output: str) -> bool:
    """Return whether a self-test ended well: status 0 and `ok` as its last line."""
    lines = output.strip().splitlines()
    return status == 0 and bool(lines) and lines[-1].strip() == "ok"


def self_test(program: Path) -> None:
    """Run the frozen program's own check in an empty folder, showing its output; raise SetupError if it does not end in `ok`."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [str(program), "--self-test"],
            cwd=home,
            env=self_test_environment(os.environ, home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SELF_TEST_SECONDS,
            check=False,
        )
    print(done.stdout, end="", flush=True)
    if not passed(done.returncode, done.stdout):
        raise SetupError(f"The self-test of {program} did not end in ok (exit status {done.returncode}).")


def build() -> None:
    """Freeze the program, describe the result and check it."""
    check_tools()
    prepare_system("test")
    python = install(BUILD / "venv", ("freeze",))
    say("Freezing the program (about half a minute)")
    if subprocess.run(freeze_command(python), cwd=ROOT, check=False).returncode:
        raise SetupError("PyInstaller failed (see above).")
    folder = DIST / "flux-gui"
    size, files = weigh(folder)
    if sys.platform.startswith("linux"):
        say(f"Desktop entry: {write_desktop_entry(folder)}")
    say(f"{folder}: {size / 1e6:.0f} MB in {files} files")
    self_test(folder / ("flux-gui.exe" if os.name == "nt" else "flux-gui"))


def main(arguments: Sequence[str]) -> int:
    """Build; every failure is a sentence on standard error and exit status 1."""
    if arguments:
        print("usage: python3 packaging/build.py (no arguments)", file=sys.stderr)
        return 2
    try:
        build()
    except (SetupError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
