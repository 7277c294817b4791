"""The maths somebody looks at: a neuron with a row and the next step of training, of a project at rest or of a running one."""

import time
from dataclasses import dataclass, replace

from flux_gui.document.project import Project
from flux_gui.engine.layers import Chain
from flux_gui.engine.trainer import Trainer
from flux_gui.runtime.explain import Neuron, NeuronMaths, RowProbe
from flux_gui.runtime.next_step import NextStep, StepProbe
from flux_gui.runtime.probe import model_of
from flux_gui.runtime.run import optimiser_of, trainer_of

EVERY = 0.12  # seconds between two looks at a running training: faster ones cannot be read
REST = 39  # a look of so many seconds is followed by this many times as long without one: a fortieth of the time
LIGHT = 100_000_000  # rows of a batch times parameters of a step that is made whenever something is selected


@dataclass(frozen=True)
class MathsWish:
    """What is looked at: a neuron with a row (None: nothing that has one), and whether the next step is wanted too."""

    neuron: Neuron | None = None
    step: bool = False


@dataclass(frozen=True, eq=False)
class Maths:
    """What was found for a wish; `step` is None where it was not wanted, leads nowhere, or is still being made (`pending`)."""

    wish: MathsWish
    neuron: NeuronMaths | None
    step: NextStep | None
    pending: bool = False


def is_light(project: Project) -> bool:
    """Return whether a step of training is so small that asking for it costs nothing that anybody notices."""
    rows, batch = len(project.dataset.parts["train"]), project.spec.training.batch
    return min(rows, batch or rows) * len(project.state.parameters) <= LIGHT


class RunningMaths:
    """Looks at a running training, between two steps of its own thread. Call it as often as you like."""

    def __init__(self, project: Project, model: Chain, trainer: Trainer) -> None:
        self._row, self._step = RowProbe(project, model), StepProbe(project, trainer)
        self._again = 0.0
        self._seen: set[tuple[int, bool]] = set()  # layers that are compiled already, with the step or without

    def __call__(self, wish: MathsWish | None) -> Maths | None:
        """Return what is found at the present parameters; None for no wish, and while it is too early for another look."""
        begin = time.perf_counter()
        if wish is None or begin < self._again:
            return None
        own = time.thread_time()
        made = Maths(wish, self._row(wish.neuron) if wish.neuron is not None else None, self._step() if wish.step else None)
        cost, kind = time.thread_time() - own, (wish.neuron.layer if wish.neuron is not None else -1, wish.step)
        rest = REST * cost if kind in self._seen else cost  # the first look compiles, which happens once
        self._seen.add(kind)
        self._again = time.perf_counter() + max(EVERY, rest)
        return made


class RestingMaths:
    """Looks at a project that is not being trained: rows with the parameters in use, the next step from the last ones."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._row: RowProbe | None = None
        self._step: NextStep | None = None
        self._asked = False

    def quick(self, wish: MathsWish) -> MathsWish:
        """Return what of `wish` is answered at once: the step of another network has to be compiled and made first."""
        return wish if self._asked else replace(wish, step=False)

    def __call__(self, wish: MathsWish) -> Maths:
        """Return what is found; the step is made once."""
        if self._row is None:
            self._row = RowProbe(self.project, model_of(self.project))
        if wish.step and not self._asked:
            self._asked = True
            self._step = next_step(self.project)
        return Maths(wish, self._row(wish.neuron) if wish.neuron is not None else None, self._step if wish.step else None)


def next_step(project: Project) -> NextStep | None:
    """Return what the next step of `project` will do; the project stays as it is."""
    model = model_of(project, project.state.parameters)
    trainer, _schedule = trainer_of(project, model, optimiser_of(project, model))
    return StepProbe(project, trainer)()
