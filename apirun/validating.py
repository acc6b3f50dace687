"""What a first run would make of the documents; nothing is sent, read or written."""

from typing import Collection, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from attrs import evolve

from apirun.condition import UndecidedError, evaluate_condition
from apirun.exceptions import RenderError
from apirun.landscape import Landscape
from apirun.masking import Masker
from apirun.migration import Migration, Request
from apirun.origin import Location, Problem
from apirun.places import stage_origin
from apirun.planning import condition_renderer
from apirun.preview import Preview, preview_stage
from apirun.scoping import Scope
from apirun.stage import Stage
from apirun.state import Applied, Direction, History
from apirun.validation import MissingVariable, StageValidation, Validation
from apirun.variables import UnusableError, Value
from apirun.workload import Workload

__all__ = ["validate_stages"]


def validate_stages(
    landscape: Landscape, *, source: str = "", warnings: Sequence[Problem] = ()
) -> Validation:
    """
    Return what a first run over all stages, and the way back, would be refused for.

    Rendering stops at the first variable that is missing. So each that was
    found is taken as given, and it is rendered again, until none is new.

    Args:
        landscape: All stages; their histories are left alone.
        source: The file that declares them.
        warnings: What was odd when they were read.
    """
    missing: Dict[str, MissingVariable] = {}
    while True:
        count = len(missing)
        survey = _Survey(landscape, missing)
        survey.run()
        if len(missing) == count:
            break
    return Validation(
        source=source,
        stages={name: _counted(stage) for name, stage in landscape.stages.items()},
        missing=tuple(
            missing[name] for name in sorted(missing) if name not in survey.stubborn
        ),
        problems=tuple(survey.problems),
        warnings=(*warnings, *survey.warnings),
    )


def _counted(stage: Stage) -> StageValidation:
    return StageValidation(
        name=stage.name,
        migrations=len(stage.migrations),
        irreversible=tuple(
            each.label for each in stage.migrations if each.down is None
        ),
    )


class _Survey:
    """
    One look at all stages, dependencies first.

    Args:
        landscape: The stages.
        missing: The variables that were found to be missing, taken as given;
            those that are found now are added.

    Attributes:
        problems: What else is wrong.
        warnings: What a run would warn of.
        stubborn: What is missing even if it is given: a key of something else.
    """

    def __init__(
        self, landscape: Landscape, missing: Dict[str, MissingVariable]
    ) -> None:
        self.problems: List[Problem] = []
        self.warnings: List[Problem] = []
        self.stubborn: Set[str] = set()
        self._missing = missing
        self._landscape = landscape.imagined(self._given(), self._set())
        self._told: Set[str] = set()

    def run(self) -> None:
        """Look at every stage."""
        for name in self._landscape.graph.order:
            stage, scope = self._landscape.stages[name], self._landscape.scope(name)
            masker = Masker(scope.secrets(), enabled=stage.logging.masking)
            self._warn(stage, scope)
            for error in scope.refused:
                self._refuse(error, name, masker, given=())
            if self._may_run(stage, scope, masker):
                self._stage(stage, scope, masker)

    def _given(self) -> Dict[str, Value]:
        return {
            name: Value(unknown=f"(given as {name})", source="--var")
            for name in self._missing
        }

    def _set(self) -> Dict[str, Value]:
        """Return those that are declared, of which the process variable is not set."""
        given = self._given()
        return {
            name: given[name] for name in self._missing if self._missing[name].unset
        }

    def _seen(self, scope: Scope) -> Scope:
        """Return *scope* as if what is missing were given."""
        return evolve(
            scope,
            overrides={**self._set(), **scope.overrides},
            outer={**self._given(), **scope.outer},
        )

    def _warn(self, stage: Stage, scope: Scope) -> None:
        origin = stage_origin(stage)
        self.warnings += [
            Problem(
                origin.locate("env_from_stages") if origin else Location(stage.name),
                f"variable not found in dependent stage: variable={variable} "
                f"stage={other}",
            )
            for other, variable in scope.missing
        ]

    def _may_run(self, stage: Stage, scope: Scope, masker: Masker) -> bool:
        def asked(name: str) -> bool:
            self._landscape.named(name)
            raise UndecidedError(f"(known after stage {name})")

        if not stage.condition:
            return True
        given = tuple(self._missing)
        render = condition_renderer(self._landscape, stage, scope)
        try:
            return evaluate_condition(
                stage.condition, render, succeeded=asked, failed=asked
            )
        except UndecidedError:
            return True
        except RenderError as error:
            self._refuse(error, stage.name, masker, given=given)
            return True

    def _stage(self, stage: Stage, scope: Scope, masker: Masker) -> None:
        up = self._look(stage, scope, Direction.UP, None, masker)
        self._landscape.hand_on(stage.name, up.provides)
        for migration, seen in _on_the_way_back(stage, scope):
            self._look(stage, seen, Direction.DOWN, migration, masker)

    def _look(
        self,
        stage: Stage,
        scope: Scope,
        direction: Direction,
        applied: Optional[Migration],
        masker: Masker,
    ) -> Preview:
        """Render what would be sent, again and again until no variable is new."""
        store = self._landscape.stores[stage.name]
        history, only, refused = History(), None, scope.refused
        if applied is not None:
            entry = Applied(version=applied.version, name=applied.label)
            history, only, refused = History(applied=(entry,)), (applied.version,), ()
        to = None if applied is None else 0
        work = Workload(stage, store, direction, to=to, only=only)
        while True:
            given, seen = tuple(self._missing), self._seen(scope)
            preview = preview_stage(
                stage,
                store,
                seen,
                history,
                work,
                direction,
                masker=masker,
                providers=self._landscape.providers,
            )
            for error in preview.refused[len(refused) :]:
                self._refuse(error, stage.name, masker, given=given)
            errors = preview.errors[len(preview.refused) :]
            failing = [each for each in preview.planned if each.problem]
            # The first version also shows what refuses the stage as a whole.
            for error, planned in zip(errors, failing[len(failing) - len(errors) :]):
                self._refuse(error, f"{stage.name}/{planned.name}", masker, given=given)
            if len(given) == len(self._missing):
                return preview

    def _refuse(
        self,
        error: RenderError,
        used_by: str,
        masker: Masker,
        *,
        given: Collection[str],
    ) -> None:
        """Keep *error*, but for what follows from another one."""
        cause, name = error.__cause__, error.name
        unset = isinstance(cause, UnusableError)
        if isinstance(cause, UnusableError):
            name = cause.unset
            if not name:
                return
        problem = Problem(
            error.location or Location(used_by),
            masker.mask(str(evolve(error, location=None))),
        )
        if name and name not in given:
            missing = MissingVariable(
                name=name,
                used_by=used_by,
                unset=unset,
                hints=tuple(masker.mask(hint) for hint in error.hints),
                problem=problem,
            )
            self._missing.setdefault(name, missing)
            return
        self.stubborn.add(name)
        if str(problem) not in self._told:
            self._told.add(str(problem))
            self.problems.append(problem)


def _on_the_way_back(stage: Stage, scope: Scope) -> Iterator[Tuple[Migration, Scope]]:
    """Return each version that can go down, with what it will see."""
    seen: Dict[str, Value] = {}
    for migration in stage.migrations:
        label = f"(known after {stage.name}/{migration.label})"
        own = migration.up.env if isinstance(migration.up, Request) else ()
        seen.update((name, Value(unknown=label)) for name in migration.captures)
        if migration.down is not None:
            local = {entry.name: Value(unknown=label) for entry in own}
            yield migration, evolve(scope, outer={**scope.outer, **seen, **local})
