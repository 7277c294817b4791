"""Section 4: sealed until asked, sealed again after a change."""

from person import Person


def test_verify_and_change(person: Person) -> None:
    person.click("panel.verify.run")
    person.until(person.window.verify_panel.metrics.isVisible)
    assert person.find("verify.metric.r2").text().startswith("-")
    assert person.window.verify_panel.summary() == "5 test rows"
    person.type("training.epochs", "9")
    assert not person.window.verify_panel.metrics.isVisible()
    assert "sealed" in person.window.verify_panel.summary()
