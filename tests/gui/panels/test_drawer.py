"""The drawer: a second click on a tab closes it."""

from person import Person


def test_tabs(person: Person) -> None:
    drawer = person.window.drawer
    assert not drawer.is_open()
    person.click("drawer.rows")
    assert person.window.rows.isVisible()
    person.click("drawer.parameters")
    assert person.window.parameters.isVisible()
    person.click("drawer.parameters")
    assert not drawer.is_open()
