"""`bench`: the object that scripts read, the table that people read, refusals."""

import json

import pytest

from terminal import ok, refused


def test_one_object() -> None:
    result = json.loads(ok("bench", "--net", "line", "--seconds", "0.05", "--json"))
    assert list(result) == ["us_per_step", "device", "threads"]
    assert list(result["us_per_step"]) == ["line"]
    assert 0 < result["us_per_step"]["line"] < 1e6
    assert result["device"] == "cpu"
    assert isinstance(result["threads"], int)


def test_a_table() -> None:
    lines = ok("bench", "--net", "line", "--net", "xor", "--device", "cpu", "--seconds", "0.05").splitlines()
    assert [line.split()[0] for line in lines] == ["line", "xor", "cpu,"]
    assert "us per step" in lines[0]
    assert "2-8-1, batch 4, Adam" in lines[1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--net", "nothing"), "no reference net"),
        (("--seconds", "0"), "above 0 seconds"),
        (("--seconds", "-1"), "above 0 seconds"),
        (("--seconds", "long"), "must be a number"),
        (("--device", "gpu"), "No device 'gpu'"),
        (("--device", "abacus"), "no device 'abacus'"),
    ],
)
def test_refusals(arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in refused("bench", *arguments)
