"""Places that are no readable file: folders, loops, pipes, devices, files without permission, in a child that gives up root."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from flux_gui.data import files
from flux_gui.document import edits
from flux_gui.document.document import Document
from terminal import refused
from torture import written
from torture.cases import Case, Fails, Loads, Make, loaded, within
from torture.child import environment, load_in_child, terminal_in_child

pytestmark = [pytest.mark.timeout(30), pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and permissions of POSIX")]
EXTENSIONS = (".csv", ".csv.gz", ".xlsx", ".parquet", ".jsonl", ".npy", ".npz")


def folder(place: Path) -> Path:
    (place / "wrong.csv").mkdir()
    return place / "wrong.csv"


def loop(place: Path) -> Path:
    (place / "wrong.csv").symlink_to(place / "other.csv")
    (place / "other.csv").symlink_to(place / "wrong.csv")
    return place / "wrong.csv"


def self_loop(place: Path) -> Path:
    (place / "wrong.csv").symlink_to("wrong.csv")
    return place / "wrong.csv"


def folder_loop(place: Path) -> Path:
    (place / "loop").symlink_to("loop")
    return place / "loop" / "wrong.csv"


def dangling(place: Path) -> Path:
    (place / "wrong.csv").symlink_to(place / "nowhere.csv")
    return place / "wrong.csv"


def pipe(place: Path) -> Path:
    os.mkfifo(place / "wrong.csv")
    return place / "wrong.csv"


def listener(place: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as bound:
        before = Path.cwd()
        os.chdir(place)  # the name of a socket is at most 107 bytes long
        try:
            bound.bind("wrong.csv")
        finally:
            os.chdir(before)
    return place / "wrong.csv"


def zeros(place: Path) -> Path:
    (place / "wrong.csv").symlink_to("/dev/zero")
    return place / "wrong.csv"


def null(place: Path) -> Path:
    (place / "wrong.csv").symlink_to("/dev/null")
    return place / "wrong.csv"


def below_a_file(place: Path) -> Path:
    (place / "wrong.csv").write_text("a,b\n1,2\n")
    return place / "wrong.csv" / "wrong.csv"


PLACES = [
    Case("a folder", folder, Fails("folder")),
    Case("a loop of links", loop, Fails("wrong.csv", "link|path|file|permission")),
    Case("a link to itself", self_loop, Fails("wrong.csv", "link|path|file|permission")),
    Case("below a link to itself", folder_loop, Fails("wrong.csv")),
    Case("a link to nothing", dangling, Fails("no file")),
    Case("below a file", below_a_file, Fails("wrong.csv")),
    Case("a name too long", lambda place: place / ("x" * 300 + ".csv"), Fails("cannot be read|no file")),
]


@pytest.mark.parametrize("case", PLACES, ids=lambda case: case.name)
def test_places(tmp_path: Path, case: Case) -> None:
    opened = edits.line_example()
    document = Document(opened)
    path = case.make(tmp_path)
    before = sorted(tmp_path.iterdir())
    with within(case.seconds):
        found = loaded(path)
    assert not (wrong := case.differs(found)), wrong
    refused("new", tmp_path / "made.flux", "--data", path)
    assert sorted(tmp_path.iterdir()) == before
    assert document.project is opened


@pytest.mark.parametrize("make", [pipe, listener, zeros, null])
def test_what_is_no_ordinary_file(tmp_path: Path, make: Make) -> None:
    """Reading a pipe never ends, and a device fills the memory: refused before a byte is read."""
    path = make(tmp_path)
    found = load_in_child(path, seconds=10)
    assert found.get("error") == "DataError", found
    assert "wrong.csv" in found["message"]
    assert found["hint"]
    done = terminal_in_child(tmp_path / "made.flux", path, seconds=10)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 2), done
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_folder_and_a_loop_for_every_format(tmp_path: Path, extension: str) -> None:
    (tmp_path / f"folder{extension}").mkdir()
    (tmp_path / f"loop{extension}").symlink_to(f"loop{extension}")
    assert not Case("", lambda place: place, Fails("folder")).differs(loaded(tmp_path / f"folder{extension}"))
    assert not Case("", lambda place: place, Fails("loop")).differs(loaded(tmp_path / f"loop{extension}"))


@pytest.mark.parametrize(
    "name", ["ä ö 数.csv", "a\nb.csv", "a'b\"c.csv", "%s{0}.csv", "-a.csv", "a.b.csv", ".csv.csv", "A.CSV", "\u202ea.csv"]
)
def test_odd_names_of_files(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(written.TEXT, encoding="utf-8")
    assert not Case("", lambda place: place, Loads([("a", "number", written.A), ("b", "number", written.B)])).differs(
        loaded(tmp_path / name)
    )
    (tmp_path / name).write_text("a,b\n1\n", encoding="utf-8")
    assert not Case("", lambda place: place, Fails("row 2")).differs(loaded(tmp_path / name))


def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv"))
    path.write_text("a,b\n1\n")
    assert not Case("", lambda place: place, Fails("row 2")).differs(loaded(path))
    assert "row 2" in refused("new", tmp_path / "made.flux", "--data", path)


CHILD = """
import os, sys
from pathlib import Path
from flux_gui import cli
from flux_gui.data import files
from flux_gui.core.errors import FluxError
from flux_gui.document import edits
place = Path(sys.argv[1])
for path in sorted(place.glob("good*")):
    files.load(path)  # what reads each format is imported before root is given up, and so is the terminal
cli.main(["new", str(place / "made.flux"), "--data", str(place / "good.csv")])
cli.main(["new", str(place / "made.flux"), "--data", str(place / "good.none")])
(place / "made.flux").unlink()
print("ready", flush=True)
print("ready", file=sys.stderr, flush=True)
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
opened = edits.line_example()
for path in sorted([*place.glob("wrong*"), place / "closed" / "inside.csv"]):
    try:
        edits.project_from_file(path)
        print("read", path.name)
    except FluxError as error:
        print(type(error).__name__, path.name, error.message, error.hint, sep="|")
sys.stdout.flush()
print("status", cli.main(["new", str(place / "made.flux"), "--data", str(place / "wrong.csv")]))
print("good", files.load(place / "good.csv").table.rows)
"""


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that a process without rights can enter; those of pytest are closed."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        yield place
        (place / "closed").chmod(0o755)


def test_no_permission(open_place: Path) -> None:
    formats = [
        extension for extension in EXTENSIONS if extension[1:].split(".")[-1] in {r.name.strip(".").split(".")[-1] for r in files.READERS}
    ]
    for extension in formats:
        for name in ("good", "wrong"):
            path = open_place / f"{name}{extension}"
            path.write_bytes(written.good()[extension])
            path.chmod(0o644 if name == "good" else 0)
    (open_place / "closed").mkdir()
    (open_place / "closed" / "inside.csv").write_bytes(written.good()[".csv"])
    (open_place / "closed").chmod(0)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(open_place)],
        capture_output=True,
        text=True,
        timeout=30,
        env={**environment(), "HOME": str(open_place / "no-home")},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "status 2" in done.stdout, (done.stdout, done.stderr)
    lines = done.stdout.partition("ready\n")[2].splitlines()
    told = [line.split("|") for line in lines if "|" in line]
    assert len(told) == len(formats) + 1, done.stdout
    for kind, name, message, hint in told:
        assert kind in ("DataError", "FormatError"), done.stdout
        assert name in message
        assert "ermi" in message + hint, (message, hint)  # permission, permitted
        assert hint
    assert f"good {len(written.A)}" in lines
    assert "Traceback" not in done.stderr
    assert len(done.stderr.partition("ready\n")[2].splitlines()) == 2, done.stderr
    assert not (open_place / "made.flux").exists()
