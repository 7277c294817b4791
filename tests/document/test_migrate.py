"""States carried from one network to another."""

import numpy as np

from flux_gui.document import migrate, nesting
from flux_gui.specs import Choice, DenseSpec, ModelSpec

SMALL = ModelSpec((DenseSpec("a", 3), DenseSpec("out", 1, Choice("identity"))))


def test_initial_states_are_read_only_and_repeatable() -> None:
    state = migrate.initial_state(SMALL, 2)
    assert not state.parameters.flags.writeable
    assert state.parameters.dtype == np.float32
    np.testing.assert_array_equal(state.parameters, migrate.initial_state(SMALL, 2).parameters)
    assert migrate.is_untouched(state, SMALL, 2)


def test_named_and_flattened_are_inverse() -> None:
    flat = migrate.initial_state(SMALL, 2).parameters
    arrays = migrate.named(flat, SMALL, 2)
    assert {key: array.shape for key, array in arrays.items()} == {
        "layers.0.weight": (3, 2),
        "layers.0.bias": (3,),
        "layers.1.weight": (1, 3),
        "layers.1.bias": (1,),
    }
    np.testing.assert_array_equal(migrate.flattened(arrays, SMALL, 2), flat)


def test_a_dropped_bias_leaves_the_weights() -> None:
    state = migrate.started_from(np.arange(13, dtype=np.float32), np.empty(0, np.float32))
    without = ModelSpec((DenseSpec("a", 3, bias=False), DenseSpec("out", 1, Choice("identity"))))
    after = migrate.migrated(state, (SMALL, 2), (without, 2))
    np.testing.assert_array_equal(after.parameters, [0, 1, 2, 3, 4, 5, 9, 10, 11, 12])


def test_events_need_an_epoch() -> None:
    state = migrate.initial_state(SMALL, 2)
    assert migrate.with_event(state, "x") is state
    assert nesting.last_dense(SMALL) == 1
    assert nesting.last_dense(ModelSpec(())) == -1
