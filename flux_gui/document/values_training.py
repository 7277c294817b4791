"""Settings of training that are lists of rules: what stands in front of the optimiser, what ends a run, how the rate changes, what rests.

A rule is on when its path is set to True (`training.chain.WeightDecay`), and by setting one of its numbers
(`training.chain.WeightDecay.lambd`). Stages of the schedule are counted from 0, and a schedule without stages is one constant stage.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from flux_gui.core.errors import SettingError
from flux_gui.core.registry import Registry
from flux_gui.document.nesting import find, ids
from flux_gui.document.numbers import number, whole
from flux_gui.document.registries import CHAIN, SCHEDULES, STOPPING
from flux_gui.specs import Choice, ProjectSpec, Stage, TrainingSpec

CONSTANT: Final = Stage(Choice("constant"))
MAX_STAGES: Final = 20
MAX_LENGTH: Final = 10**9
_NO_END: Final = "0 means to the end of the run."


def is_listed(path: str) -> bool:
    """Return whether the setting at `path` lies in one of the lists that this module edits."""
    head, _, rest = path.removeprefix("training.").partition(".")
    return path.startswith("training.") and (head in ("chain", "stop", "schedule", "frozen") and (bool(rest) or head == "schedule"))


def listed_value(spec: ProjectSpec, path: str) -> Any:
    """Return the present value of such a setting: True or False, a number, a rule (Choice) or a length; raises SettingError."""
    _, head, *rest = path.split(".")
    training = spec.training
    if head == "frozen":
        return _layer(spec, ".".join(rest)) in training.frozen
    if head == "schedule":
        return _schedule_value(training, rest, path)
    registry, rules = _table(training, head)
    entry = registry.get(rest[0])
    chosen = next((rule for rule in rules if rule.name == entry.name), None)
    if len(rest) == 1:
        return chosen is not None
    hyper = entry.hyper(rest[1])
    return hyper.default if chosen is None else chosen.values.get(hyper.name, hyper.default)


def with_listed(spec: ProjectSpec, path: str, value: Any) -> ProjectSpec:
    """Return `spec` with such a setting changed; raises SettingError for what cannot be."""
    _, head, *rest = path.split(".")
    training = spec.training
    if head == "frozen":
        name = _layer(spec, ".".join(rest))
        kept = set(training.frozen) - {name} | ({name} if _switch(value, path) else set())
        changed = msgspec.structs.replace(training, frozen=tuple(other for other in ids(spec.model) if other in kept))
    elif head == "schedule":
        changed = msgspec.structs.replace(training, schedule=_with_stage(training, rest, value, path))
    else:
        changed = msgspec.structs.replace(training, **{head: _with_rule(training, head, rest, value, path)})
    return msgspec.structs.replace(spec, training=changed)


def stages(training: TrainingSpec) -> tuple[Stage, ...]:
    """Return the stages of the schedule as they are shown: a schedule without stages is one constant stage."""
    return training.schedule or (CONSTANT,)


def _table(training: TrainingSpec, head: str) -> tuple[Registry[Any], tuple[Choice, ...]]:
    return (CHAIN, training.chain) if head == "chain" else (STOPPING, training.stop)


def _with_rule(training: TrainingSpec, head: str, rest: list[str], value: Any, path: str) -> tuple[Choice, ...]:
    registry, rules = _table(training, head)
    entry = registry.get(rest[0])
    chosen = next((rule for rule in rules if rule.name == entry.name), None) or Choice(entry.name)
    if len(rest) == 1:
        on = _switch(value, path)
    else:
        on, chosen = True, with_number(chosen, registry, rest[1], value)
    kept = {rule.name: rule for rule in rules if rule.name != entry.name} | ({entry.name: chosen} if on else {})
    return tuple(kept[name] for name in registry.names() if name in kept)


def with_number(choice: Choice, registry: Registry[Any], name: str, value: Any) -> Choice:
    """Return `choice` with one of its entry's numbers changed; an unknown name or a wrong value raises SettingError."""
    hyper = registry.get(choice.name).hyper(name)
    if isinstance(value, bool) and hyper.boolean:
        value = float(value)
    typed = number(value, f"{choice.name}: {hyper.spoken}")
    return msgspec.structs.replace(choice, values={**choice.values, name: typed})


def _schedule_value(training: TrainingSpec, rest: list[str], path: str) -> Any:
    shown = stages(training)
    if not rest:
        return shown[0].rule
    stage = shown[_stage_index(rest[0], len(shown) - 1, path)]
    if rest[1:] == ["length"]:
        return stage.length
    if rest[1:2] != ["rule"] or len(rest) > 3:
        raise _no_setting(path)
    if len(rest) == 2:
        return stage.rule
    return stage.rule.values.get(rest[2], SCHEDULES.get(stage.rule.name).hyper(rest[2]).default)


def _with_stage(training: TrainingSpec, rest: list[str], value: Any, path: str) -> tuple[Stage, ...]:
    if not rest and isinstance(value, tuple | list):
        return _whole_schedule(value, path)
    shown = list(stages(training))
    index = _stage_index(rest[0] if rest else "0", len(shown) - (not shown[-1].length), path)
    if index == len(shown):
        shown.append(CONSTANT)
    stage = shown[index]
    what = rest[1:]
    if not rest:
        shown, stage = shown[:1], msgspec.structs.replace(CONSTANT, rule=_rule(CONSTANT.rule, value))
    elif what == ["rule"]:
        stage = msgspec.structs.replace(stage, rule=_rule(stage.rule, value))
    elif what == ["length"]:
        stage = msgspec.structs.replace(stage, length=whole(value, path, 0, MAX_LENGTH, _NO_END))
    elif what[:1] == ["rule"] and len(what) == 2:
        stage = msgspec.structs.replace(stage, rule=with_number(stage.rule, SCHEDULES, what[1], value))
    else:
        raise _no_setting(path)
    shown[index] = stage
    return _ordered(shown, path)


def _whole_schedule(given: Sequence[Any], path: str) -> tuple[Stage, ...]:
    """Return stages given all at once, each checked as if it was set by itself; none is a constant rate."""
    shown = []
    for index, stage in enumerate(given):
        if not isinstance(stage, Stage):
            raise SettingError(f"{path} must hold stages, got {stage!r}.", "Such as Stage(Choice('Exp'), 10).")
        rule = Choice(SCHEDULES.get(stage.rule.name).name)
        for name, value in stage.rule.values.items():
            rule = with_number(rule, SCHEDULES, name, value)
        shown.append(Stage(rule, whole(stage.length, f"{path}.{index}.length", 0, MAX_LENGTH, _NO_END)))
    return _ordered(shown, path)


def _ordered(shown: list[Stage], path: str) -> tuple[Stage, ...]:
    """Return the stages as they are kept: nothing behind one without an end, one without an end at the end, none if all is constant."""
    endless = next((i for i, stage in enumerate(shown) if not stage.length), None)
    shown = [*shown, CONSTANT] if endless is None else shown[: endless + 1]
    if len(shown) > MAX_STAGES:
        raise SettingError(f"{path}: a schedule has at most {MAX_STAGES} stages.", "Give the stage before it no end (0).")
    return () if shown == [CONSTANT] else tuple(shown)


def _stage_index(text: str, most: int, path: str) -> int:
    if not text.isdecimal() or int(text) > most:
        raise SettingError(
            f"There is no setting '{path}': the schedule has no stage {text}.",
            f"Its last stage is {most}; give that one a length to add a stage behind it.",
        )
    return int(text)


def _rule(old: Choice, value: Any) -> Choice:
    entry = SCHEDULES.get(value if isinstance(value, str) else getattr(value, "name", str(value)))
    return old if entry.name == old.name else value if isinstance(value, Choice) else Choice(entry.name)


def _layer(spec: ProjectSpec, name: str) -> str:
    if find(spec.model, name) is None:
        raise SettingError(f"There is no layer with the id '{name}'.", f"Ids: {', '.join(ids(spec.model)[:12])}.")
    return name


def _switch(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise SettingError(f"{path} must be yes or no, got {value!r}.", "Use True or False; on the command line, yes or no.")
    return value


def _no_setting(path: str) -> SettingError:
    return SettingError(f"There is no setting '{path}'.", "A stage of the schedule has a rule, numbers of its rule, and a length.")
