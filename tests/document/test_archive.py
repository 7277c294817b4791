"""The container: hostile and damaged archives."""

import io
import zipfile
from pathlib import Path

import pytest

from flux_gui.core.errors import FormatError
from flux_gui.document import archive
from flux_gui.specs import ProjectSpec

ENTRIES = {name: name.encode() * 20 for name in archive.ENTRIES[1:]}


def packed() -> bytes:
    return archive.pack(ProjectSpec(), "test", ENTRIES)


def rewritten(change: dict[str, bytes | None], order: tuple[str, ...] = ()) -> bytes:
    """Return a good archive with entries replaced, added or (None) left out."""
    with zipfile.ZipFile(io.BytesIO(packed())) as good:
        contents: dict[str, bytes | None] = {name: good.read(name) for name in good.namelist()} | change
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in order or contents:
            content = contents[name]
            if content is not None:
                bad.writestr(name, content)
    return stream.getvalue()


def test_the_file_begins_with_its_type(tmp_path: Path) -> None:
    content = packed()
    assert content[30:38] == b"mimetype"
    assert content[38 : 38 + len(archive.MIMETYPE)] == archive.MIMETYPE
    assert content == packed()
    path = tmp_path / "a.flux"
    path.write_bytes(content)
    project, entries = archive.unpack(path)
    assert entries.keys() == {"mimetype", *ENTRIES}
    assert set(project) == {"schema", "program", "spec", "sha256"}


@pytest.mark.parametrize(
    "change",
    [
        {"../evil": b"x"},
        {"/etc/x": b"x"},
        {"mimetype": b"application/zip"},
        {"mimetype": None},
        {"project.json": None},
        {"project.json": b"{"},
        {"project.json": b"[" * 100_000},
        {"project.json": b'{"schema": 99}'},
        {"project.json": b'{"schema": 1}'},
        {"project.json": b'{"schema": 1, "sha256": {}}'},
        {"project.json": b'{"schema": 1, "sha256": 1e999}'},
        {"project.json": b"\xff\xfe"},
        {"data.json": None},
        {"data.json": b"other"},
        {"data.json": b"\0" * 50_000_000},
    ],
)
def test_wrong_contents(tmp_path: Path, change: dict[str, bytes | None]) -> None:
    path = tmp_path / "bad.flux"
    path.write_bytes(rewritten(change))
    with pytest.raises(FormatError, match=r"bad\.flux") as caught:
        archive.unpack(path)
    assert caught.value.hint


def test_what_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "bad.flux"
    for content in (b"", b"PK", b"not a zip at all", packed()[:500], b"\0" * 5000):
        path.write_bytes(content)
        with pytest.raises(FormatError, match=r"bad\.flux"):
            archive.unpack(path)
    with pytest.raises(FormatError, match="There is no file"):
        archive.unpack(tmp_path / "none.flux")
    with pytest.raises(FormatError, match="cannot be read"):
        archive.unpack(tmp_path)


def test_entries_that_compress_very_well_are_stored(tmp_path: Path) -> None:
    path = tmp_path / "zeros.flux"
    path.write_bytes(archive.pack(ProjectSpec(), "test", ENTRIES | {"history.safetensors": b"\0" * 5_000_000}))
    assert len(archive.unpack(path)[1]["history.safetensors"]) == 5_000_000


@pytest.mark.parametrize(
    ("content", "words", "damaged"),
    [(b"a,b\n1,2\n", "is not a project file", False), (b"", "it is empty", True), (b"PK\3\4cut", "damaged", True)],
)
def test_only_what_was_a_project_is_called_damaged(tmp_path: Path, content: bytes, words: str, damaged: bool) -> None:
    path = tmp_path / "a.flux"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=words) as caught:
        archive.unpack(path)
    assert ("backup" in caught.value.hint) == damaged
