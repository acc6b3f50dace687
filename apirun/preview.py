"""What a run of one stage would send, rendered without sending anything."""

from typing import Dict, List, Mapping, Optional, Sequence, Set, Tuple

from attrs import evolve, frozen

from apirun.call import Call
from apirun.exceptions import RenderError
from apirun.failures import settles_itself
from apirun.masking import Masker
from apirun.migration import Capture, Migration, Poll, Request
from apirun.planned import PlannedMigration
from apirun.readiness import foresee_readiness
from apirun.rendering import Providers, Renderer, nobody
from apirun.scoping import Layer, Scope
from apirun.setting_templates import refused_settings
from apirun.shown_request import Carriers, ShownRequest, TokenLabels, show_request
from apirun.stage import Stage
from apirun.stage_job import captured_secrets, provided_by
from apirun.state import Direction, History, Intent, StateStore
from apirun.variables import Value
from apirun.version_scope import VersionScope, request_key
from apirun.workload import Workload

__all__ = ["Preview", "preview_stage"]


@frozen(kw_only=True)
class Preview:
    """
    What a run of one stage would do.

    Attributes:
        planned: The versions that it would send, in order.
        refused: Why the stage can't begin at all.
        errors: All reasons: those, and why versions can't be rendered, in order.
        provides: What dependents would inherit, unknown values included.
    """

    planned: Tuple[PlannedMigration, ...]
    refused: Tuple[RenderError, ...]
    errors: Tuple[RenderError, ...]
    provides: Layer


def preview_stage(  # noqa: PLR0913 - all that a run of a stage is made of
    stage: Stage,
    store: StateStore,
    scope: Scope,
    history: History,
    work: Workload,
    direction: Direction,
    *,
    masker: Masker,
    providers: Providers = nobody,
    adopting: bool = False,
) -> Preview:
    """
    Return what a run of *stage* would do; nothing is sent or written.

    Args:
        stage: The stage.
        store: Where its history is kept.
        scope: What it sees, values that are not known yet included.
        history: What is recorded of it.
        work: What is to be done.
        direction: Which way.
        masker: Takes secrets out.
        providers: Asked when a name is missing.
        adopting: Whether the versions' probes are asked, and nothing else.

    Raises:
        HistoryError: If the history does not allow the run.
    """
    for text in (*scope.secrets(), *captured_secrets(history)):
        masker.add(text)
    versions = VersionScope(
        stage, scope, history, store, tokens=TokenLabels(stage), providers=providers
    )
    carriers = Carriers(stage, scope, providers)
    plan = _Plan(stage, versions, direction, masker, carriers, scope.overrides)
    for intent in history.unsettled:
        plan.settle(work.of(intent), intent)
    for migration in work.todo(history):
        if adopting:
            plan.ask(migration)
        else:
            plan.add(migration)
    provides: Dict[str, Value] = provided_by(scope, history, stage.name)
    provides.update(versions.captures)
    refused = scope.refused if direction is Direction.UP else ()
    if plan.planned:
        refused += refused_settings(stage, scope, plan.tokens, providers)
    plan.refuse(refused)
    return Preview(
        planned=tuple(plan.planned),
        refused=refused,
        errors=(*refused, *plan.errors),
        provides=provides,
    )


class _Plan:
    """The versions of one stage, rendered one after the other."""

    def __init__(
        self,
        stage: Stage,
        versions: VersionScope,
        direction: Direction,
        masker: Masker,
        carriers: Carriers,
        overrides: Layer,
    ) -> None:
        self.planned: List[PlannedMigration] = []
        self.errors: List[RenderError] = []
        self.tokens: Set[str] = set()
        self._stage = stage
        self._versions = versions
        self._direction = direction
        self._masker = masker
        self._carriers = carriers
        self._overrides = overrides

    def add(self, migration: Migration) -> None:
        self._render(migration, self._direction, None)
        self._foresee(migration, self._direction)

    def ask(self, migration: Migration) -> None:
        """Show the probe; without one, that nothing would be sent."""
        probe = migration.probe
        if probe is None:
            self._keep(migration, Direction.UP, ShownRequest("", ""), None, "")
            return
        self._render(migration, Direction.UP, None, probe.request, "probe.request")
        self._expect(migration, probe.request.response.env_from)

    def settle(self, migration: Migration, intent: Intent) -> None:
        self._render(migration, intent.direction, intent)
        self._foresee(migration, intent.direction)

    def refuse(self, errors: Sequence[RenderError]) -> None:
        """Show, at the first version, why the stage can't begin at all."""
        if errors and self.planned and not self.planned[0].problem:
            problem = self._masker.mask(str(errors[0]))
            self.planned[0] = evolve(self.planned[0], problem=problem)

    def _foresee(self, migration: Migration, direction: Direction) -> None:
        if direction is Direction.DOWN:
            self._versions.captures.drop(migration.version)
        else:
            self._expect(migration, migration.captures)

    def _expect(self, migration: Migration, captures: Mapping[str, Capture]) -> None:
        label = f"(known after {self._stage.name}/{migration.label})"
        self._versions.captures.add(
            migration.version,
            {
                name: Value(secret=capture.secret, unknown=label, source=label)
                for name, capture in captures.items()
            },
        )

    def _render(
        self,
        migration: Migration,
        direction: Direction,
        intent: Optional[Intent],
        request: Optional[Request] = None,
        key: str = "",
    ) -> None:
        action = request or migration.action(direction)
        if action is None:
            return
        # What is settled on the way down need not come to hold.
        going_up = Direction.UP is direction is self._direction
        problem, place = "", ""
        if isinstance(action, Call):
            shown = ShownRequest("calls", action.name)
            place = str(action.location or "")
        else:
            shown = ShownRequest(action.method, action.url)
        try:
            render, local = self._versions.renderer(migration, direction, intent=intent)
            for value in local.values():
                if value.secret and value.text:
                    self._masker.add(value.text)
            if isinstance(action, Request):
                self._note_tokens(migration, action, intent)
                if action.find is not None:
                    label = f"(found before {self._stage.name}/{migration.label})"
                    local.update(
                        (name, Value(unknown=label))
                        for name in action.find.response.env_from
                    )
                shown = show_request(
                    action,
                    render,
                    key or request_key(migration, direction),
                    carrier=self._carriers.of(action.auth_name),
                    render_body=self._stage.render_body,
                )
            if migration.poll is not None and going_up:
                polled = self._show_poll(migration, migration.poll, render, intent)
                shown = evolve(shown, poll=polled)
        except RenderError as error:
            self.errors.append(error)
            problem = self._masker.mask(str(error))
        self._keep(migration, direction, shown, intent, problem, place)

    def _note_tokens(
        self, migration: Migration, action: Request, intent: Optional[Intent]
    ) -> None:
        sent = [action, action.find, migration.poll and migration.poll.request]
        if intent is not None and migration.probe is not None:
            sent.append(migration.probe.request)
        self.tokens.update(each.auth_name for each in sent if each and each.auth_name)

    def _keep(
        self,
        migration: Migration,
        direction: Direction,
        shown: ShownRequest,
        intent: Optional[Intent],
        problem: str,
        place: str = "",
    ) -> None:
        self.planned.append(
            PlannedMigration(
                version=migration.version,
                name=migration.label,
                direction=direction,
                method=shown.method,
                url=self._masker.mask_url(self._masker.mask(shown.url)),
                headers=(
                    *self._masker.mask_headers(dict(shown.headers)).items(),
                    *shown.token,
                ),
                body=self._masker.mask(shown.body),
                place=place
                or (migration.origin.file if migration.origin else migration.label),
                poll=self._masker.mask_url(self._masker.mask(shown.poll)),
                settle=_how(migration, intent),
                problem=problem,
            )
        )

    def _show_poll(
        self,
        migration: Migration,
        poll: Poll,
        render: Renderer,
        intent: Optional[Intent],
    ) -> str:
        """Return what will be polled, over what the answer before will capture."""
        asked = own = migration.answered
        if intent is not None and migration.probe is not None:
            asked = migration.probe.request.response.env_from
        label = f"(known after {self._stage.name}/{migration.label})"
        answered = {name: Value(unknown=label) for name in asked}
        render = render.under(self._overrides, answered)
        as_templates = self._stage.render_body
        try:
            shown = show_request(
                poll.request,
                render,
                "up.poll.request",
                carrier=self._carriers.of(poll.request.auth_name),
                render_body=as_templates,
            )
            foresee_readiness(poll, render, label)
        except RenderError as error:
            if error.name not in own:
                raise
            hint = "add it to 'probe.response.env_from': the answer to 'up' is lost"
            raise evolve(error, hints=(hint,), known=()) from error
        return f"{shown.method} {shown.url}"


def _how(migration: Migration, intent: Optional[Intent]) -> str:
    if intent is None:
        return ""
    if not settles_itself(migration, intent.direction):
        return "needs a decision"
    called = isinstance(migration.action(intent.direction), Call)
    again = "by calling it again" if called else "by sending it again"
    return "by its probe" if migration.probe else again
