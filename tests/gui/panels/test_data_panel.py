"""Section 1: the fields of each source and the facts about the data."""

from pathlib import Path

from flux_gui.gui.widgets import Chip
from person import Person


def chips(person: Person) -> list[str]:
    return [chip.text() for chip in person.window.data_panel.chips.findChildren(Chip) if chip.isVisible()]


def test_a_formula(person: Person) -> None:
    person.until(lambda: chips(person) == ["regression", "6 train · 5 test"])
    person.type("data.source.train", "0:1:0.1")
    person.until(lambda: chips(person) == ["regression", "11 train · 5 test"])
    person.type("data.source.noise", "0,5")
    assert person.project.spec.data.source.noise == 0.5
    person.type("data.source.seed", "3")
    assert person.project.spec.data.source.seed == 3


def test_a_file(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "houses.csv"
    rows = [f"{40 + i},{i % 4},{'north' if i % 2 else 'south'},{1000 + 13 * i},note {i} of a kind" for i in range(40)]
    file.write_text("area,rooms,side,price,remark\n" + "\n".join(rows) + "\n")
    person.window.files.open_path(file)
    person.until(lambda: person.project.spec.name == "houses")
    person.choose("data.source.target", "price")
    assert person.project.dataset.task == "regression"
    person.until(lambda: "remark ignored" in chips(person))
    person.type("data.split.test", "0.5")
    assert len(person.project.dataset.parts["test"].x) == 20
    person.choose("data.prepare.scale_inputs", "none")
    assert person.project.spec.data.prepare.scale_inputs == "none"
    person.choose("data.source.target", "side")
    assert person.project.dataset.task == "binary"
    assert person.find("training.loss").value() == "logitbinarycrossentropy"
