"""The loss and the curve of a network that has not been trained."""

import numpy as np

from flux_gui.document import edits
from flux_gui.gui import preview


def test_the_first_point() -> None:
    project = edits.line_example()
    shown = preview.with_point_zero(project)
    np.testing.assert_allclose(shown.state.curves["train"].last, [122.64734], rtol=1e-6)
    assert list(shown.state.curves["parameter.1"].last) == [0.0]
    assert project.state.curves == {}
    assert preview.with_point_zero(shown) is shown


def test_the_curve_over_one_input() -> None:
    xs, ys = preview.fit(edits.line_example())
    np.testing.assert_allclose(ys, 0.9066542 * xs, atol=1e-5)
