"""Five hundred random edits of the network: document, picture, text and engine agree after each, and undo leads back to the start."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from flux_gui.core.errors import FluxError
from flux_gui.core.paths import resource
from flux_gui.document import edits, edits_layers
from flux_gui.document.checks import check_spec
from flux_gui.document.document import Document
from flux_gui.document.edits_text import replace_text
from flux_gui.document.migrate import is_untouched
from flux_gui.document.model_text import from_text, layers_from_text, layers_to_text, to_text
from flux_gui.document.nesting import ids, iterate
from flux_gui.document.project import Project
from flux_gui.document.states import frozen
from flux_gui.document.survivors import survivors
from flux_gui.engine import models
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.models import LAYERS
from flux_gui.gui.panels.network_stage import network_picture
from flux_gui.gui.undo import UndoStack
from flux_gui.specs import DenseSpec, LayerSpec
from flux_gui.specs.codec import encode

MOST_LAYERS = 9  # beyond these a layer is removed first, so that the test stays quick
KINDS = st.sampled_from([entry.name for entry in LAYERS.in_window()])
PLACES = st.floats(0, 1, allow_nan=False)
NAMES = st.text("abcdefgh 123", max_size=12)
NUMBERS = st.floats(-3, 3, width=32)


class Print:
    """Everything of a project that undo must bring back, as values that compare."""

    def __init__(self, project: Project) -> None:
        state = project.state
        self.spec = encode(project.spec)
        self.arrays = tuple(a.tobytes() for a in (state.parameters, state.statistics, state.start, state.start_statistics))
        self.rest = (state.epoch, state.step, state.events, state.in_use, id(project.dataset))

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


class Edits(RuleBasedStateMachine):
    """A person who edits without thinking."""

    start: Project

    def __init__(self) -> None:
        super().__init__()
        self.document = Document(self.start)
        self.stack = UndoStack(self.document.apply)
        self.prints = [Print(self.start)]  # by the number of steps that can be undone

    @property
    def project(self) -> Project:
        return self.document.project

    @property
    def layers(self) -> tuple[LayerSpec, ...]:
        return self.project.spec.model.layers

    def some(self, shares: list[float]) -> tuple[str, ...]:
        """The ids of layers at these places of the Chain."""
        return tuple({self.layers[min(int(share * len(self.layers)), len(self.layers) - 1)].id for share in shares})

    def at(self, share: float) -> int:
        return round(share * len(self.layers))

    def do(self, change: Any) -> None:
        """Apply an edit as the window does; a refused one leaves everything as it is."""
        before = self.project
        try:
            after = change(before)
        except FluxError:
            assert self.project is before
            return
        self.stack.record(before, after, "edit")
        if after is not before:
            del self.prints[self.stack.index() :]
            self.prints.append(Print(after))
        self.check_kept(before, after)

    def check_kept(self, before: Project, after: Project) -> None:
        """A layer that an edit has not touched, and whose input it has not changed, has the same weights."""
        if is_untouched(before.state, before.spec.model, before.dataset.inputs) or before.spec.model.seed != after.spec.model.seed:
            return
        if after.state.epoch or before.spec.model == after.spec.model:
            return
        old = {layer.id: (layer, width) for layer, (width, _) in zip(before.spec.model.layers, widths(before), strict=True)}
        kept = survivors(before, after).kept
        with_some = {slot.layer for slot in models.layout(after.spec.model, after.dataset.inputs)}
        for place, (layer, (width, _)) in enumerate(zip(after.spec.model.layers, widths(after), strict=True)):
            if old.get(layer.id) == (layer, width) and place in with_some:
                assert layer.id in kept

    # --- edits -------------------------------------------------------------------------------------------------------

    @rule(kind=KINDS, share=PLACES)
    def add(self, kind: str, share: float) -> None:
        if len(self.layers) < MOST_LAYERS:
            self.do(lambda project: edits.add_layer(project, self.at(share), kind))
        else:
            self.remove([share])

    @rule(shares=st.lists(PLACES, min_size=1, max_size=3))
    def remove(self, shares: list[float]) -> None:
        self.do(lambda project: edits_layers.remove_layers(project, self.some(shares)))

    @rule(shares=st.lists(PLACES, min_size=1, max_size=3), to=PLACES)
    def move(self, shares: list[float], to: float) -> None:
        self.do(lambda project: edits_layers.move_layers(project, self.some(shares), self.at(to)))

    @precondition(lambda self: len(self.layers) < MOST_LAYERS)
    @rule(share=PLACES)
    def duplicate(self, share: float) -> None:
        self.do(lambda project: edits_layers.duplicate_layers(project, self.some([share])))

    @precondition(lambda self: len(self.layers) < MOST_LAYERS)
    @rule(share=PLACES, to=PLACES)
    def copy_and_paste(self, share: float, to: float) -> None:
        place = min(int(share * len(self.layers)), len(self.layers) - 1)
        text = layers_to_text([self.layers[place]], widths(self.project)[place][0])
        copies = layers_from_text(text, ids(self.project.spec.model))
        self.do(lambda project: edits_layers.paste_layers(project, copies, self.at(to)))

    @rule(share=PLACES, units=st.integers(0, 12))
    def resize(self, share: float, units: int) -> None:
        place = min(int(share * len(self.layers)), len(self.layers) - 1)
        self.do(lambda project: edits.resize_layer(project, place, units))

    @rule(share=PLACES, name=st.sampled_from([entry.name for entry in ACTIVATIONS.in_window() if not entry.custom]))
    def change_activation(self, share: float, name: str) -> None:
        paths = [path for path, layer in iterate(self.layers) if hasattr(layer, "activation")]
        path = paths[min(int(share * len(paths)), len(paths) - 1)]
        self.do(lambda project: edits.set_value(project, f"{path}.activation", name))

    @rule(share=PLACES, on=st.booleans())
    def change_bias(self, share: float, on: bool) -> None:
        paths = [path for path, layer in iterate(self.layers) if isinstance(layer, DenseSpec)]
        path = paths[min(int(share * len(paths)), len(paths) - 1)]
        self.do(lambda project: edits.set_value(project, f"{path}.bias", on))

    @rule(share=PLACES, name=NAMES)
    def rename(self, share: float, name: str) -> None:
        self.do(lambda project: edits_layers.rename_layer(project, self.some([share])[0], name))

    @rule(shares=st.lists(PLACES, min_size=1, max_size=3), on=st.booleans())
    def freeze(self, shares: list[float], on: bool) -> None:
        self.do(lambda project: edits_layers.freeze_layers(project, self.some(shares), on))

    @rule(name=st.sampled_from([preset.name for preset in edits_layers.PRESETS]))
    def preset(self, name: str) -> None:
        self.do(lambda project: edits_layers.use_preset(project, name))

    @rule(units=st.lists(st.integers(1, 9), max_size=3))
    def type_the_network(self, units: list[int]) -> None:
        """The network as it is changes nothing; another one keeps what both have."""
        text = to_text(self.project.spec.model, self.project.dataset.inputs)
        assert replace_text(self.project, text) is self.project
        sizes = [*units, self.project.dataset.outputs]
        self.do(lambda project: replace_text(project, f"Chain({', '.join(f'Dense({size}, tanh)' for size in sizes)})"))

    @rule(share=PLACES, value=NUMBERS)
    def type_a_parameter(self, share: float, value: float) -> None:
        self.do(lambda project: edits.set_parameter(project, int(share * (len(project.state.parameters) - 1)), value))

    @rule(seed=st.integers(0, 5))
    def reseed(self, seed: int) -> None:
        self.do(lambda project: edits.set_value(project, "model.seed", seed))

    @rule(by=st.floats(-0.5, 0.5, width=32))
    def train(self, by: float) -> None:
        """A stretch of training, as far as the document sees it: other parameters, some steps later."""

        def change(project: Project) -> Project:
            moved = frozen((project.state.parameters_in_use + np.float32(by)).astype(project.spec.model.dtype))
            statistics = project.state.statistics_in_use
            state = replace(
                project.state, parameters=moved, statistics=statistics, epoch=project.state.epoch + 1, step=project.state.step + 1
            )
            return replace(project, state=state)

        self.do(change)

    @rule(times=st.integers(1, 6))
    def undo(self, times: int) -> None:
        for _ in range(times):
            self.stack.undo()
            assert Print(self.project) == self.prints[self.stack.index()]

    @rule(times=st.integers(1, 6))
    def redo(self, times: int) -> None:
        for _ in range(times):
            self.stack.redo()
            assert Print(self.project) == self.prints[self.stack.index()]

    # --- agreement ---------------------------------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        assert len(self.prints) == 1

    @invariant()
    def document_is_sound(self) -> None:
        model, inputs = self.project.spec.model, self.project.dataset.inputs
        check_spec(self.project.spec)
        count = sum(slot.stop - slot.start for slot in models.layout(model, inputs))
        assert len(self.project.state.parameters) == len(self.project.state.start) == count
        assert set(self.project.spec.training.frozen) <= set(ids(model))
        assert self.project.state.parameters.dtype == np.dtype(model.dtype)

    @invariant()
    def engine_agrees(self) -> None:
        project = self.project
        chain = models.build(project.spec.model, project.dataset.inputs)
        assert chain.flat.shape == project.state.parameters.shape
        assert widths(project)[-1][1] == project.dataset.outputs

    @invariant()
    def picture_agrees(self) -> None:
        project, picture = self.project, network_picture(self.project)
        assert list(picture.ids) == [layer.id for layer in self.layers]
        assert picture.units[0] == project.dataset.inputs
        arrays = edits.parameters(project)
        for column in picture.layers:
            spec = self.layers[column.index]
            assert spec.id == column.id
            assert column.units == widths(project)[column.index][1]
            if isinstance(spec, DenseSpec):
                assert column.weight is not None
                assert np.array_equal(column.weight, arrays[f"layers.{column.index}.weight"])
                assert (column.bias is not None) == spec.bias
            assert column.trainable == (spec.id not in project.spec.training.frozen)

    @invariant()
    def text_agrees(self) -> None:
        model, inputs = self.project.spec.model, self.project.dataset.inputs
        assert from_text(to_text(model, inputs), inputs, model) == model

    def teardown(self) -> None:
        """Undo everything: what was at the start is there again, value for value."""
        while self.stack.canUndo():
            self.stack.undo()
        assert self.stack.index() == 0
        assert Print(self.project) == Print(self.start) == self.prints[0]


def widths(project: Project) -> tuple[tuple[int, int], ...]:
    """The inputs and outputs of every layer."""
    return models.sizes(project.spec.model, project.dataset.inputs)


@pytest.mark.timeout(300)
def test_five_hundred_random_edits(qapp: object) -> None:
    iris = edits_layers.with_hidden(edits.project_from_file(resource("samples", "iris.csv")), (6,))
    machine = type("OfIris", (Edits,), {"start": iris})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    run_state_machine_as_test(
        machine, settings=settings(max_examples=4, stateful_step_count=500, deadline=None, suppress_health_check=checks)
    )
