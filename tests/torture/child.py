"""A file read in a child process with limited memory and time, for what could take the whole machine down."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import flux_gui

CODE = """
import json, resource, sys
gigabytes = float(sys.argv[3])
resource.setrlimit(resource.RLIMIT_AS, (int(gigabytes * 2**30),) * 2)
from flux_gui.core.errors import FluxError
from flux_gui.data import files

files.load(sys.argv[2])  # what reads the format is imported before the measuring begins

def resident(what):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(what)) / 1024

before = resident("VmRSS")
found = {}
try:
    loaded = files.load(sys.argv[1])
except FluxError as error:
    found = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
else:
    found = {"rows": loaded.table.rows, "names": list(loaded.table.names)[:100], "notices": list(loaded.table.notices)}
    found["sums"] = {c.name: float(c.values.sum()) for c in loaded.table.columns[:10] if c.kind == "number"}
found["megabytes"] = resident("VmHWM") - before
print(json.dumps(found))
"""


def environment() -> dict[str, str]:
    """Return the environment in which a child finds this program."""
    places = [str(Path(flux_gui.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))}


def load_in_child(path: Path, seconds: float = 20, gigabytes: float = 4) -> dict[str, Any]:
    """Return what became of the file: rows, names and sums, or error, message and hint; `megabytes` the growth of memory."""
    small = path.parent / f"small{''.join(path.suffixes)}"
    if not small.exists():
        from torture import written

        small.write_bytes(written.good().get("".join(path.suffixes), written.TEXT.encode()))
    begin = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-c", CODE, str(path), str(small), str(gigabytes)],
            capture_output=True, text=True, timeout=seconds, env=environment(), check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise AssertionError(f"hangs: not ready after {time.monotonic() - begin:.0f} s") from None
    finally:
        small.unlink()
    assert done.returncode == 0, f"status {done.returncode}: {done.stderr.strip()[-600:]}"
    assert not done.stderr, done.stderr
    return dict(json.loads(done.stdout))


def terminal_in_child(out: Path, path: Path, seconds: float = 20, gigabytes: float = 4) -> "subprocess.CompletedProcess[str]":
    """Run `new` as a user would, with limited memory."""
    code = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_AS, ({int(gigabytes * 2**30)},) * 2); "
        "from flux_gui.__main__ import main; sys.exit(main())"
    )
    command = [sys.executable, "-c", code, "new", str(out), "--data", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds, env=environment(), check=False)
