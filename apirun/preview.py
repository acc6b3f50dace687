"""What a run of one stage would send, rendered without sending anything."""

import json
from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlencode

from attrs import evolve, frozen

from apirun.auth.api_key import header_template
from apirun.exceptions import RenderError
from apirun.failures import request_of, settles_itself
from apirun.masking import Masker
from apirun.migration import Migration, Poll, Request
from apirun.readiness import foresee_readiness
from apirun.rendering import Providers, Renderer, nobody
from apirun.results import PlannedMigration
from apirun.scoping import Layer, Scope
from apirun.stage import Stage
from apirun.stage_job import provided_by
from apirun.state import Direction, History, Intent, StateStore
from apirun.template import Unknown
from apirun.variables import Value, Variables
from apirun.version_scope import VersionScope, request_key
from apirun.workload import Workload

__all__ = ["Preview", "preview_stage"]


@frozen(kw_only=True)
class Preview:
    """
    What a run of one stage would do.

    Attributes:
        planned: The versions that it would send, in order.
        errors: Why versions can't be rendered, in order.
        provides: What dependents would inherit, unknown values included.
    """

    planned: Tuple[PlannedMigration, ...]
    errors: Tuple[RenderError, ...]
    provides: Layer


def preview_stage(
    stage: Stage,
    store: StateStore,
    scope: Scope,
    history: History,
    work: Workload,
    direction: Direction,
    *,
    masker: Masker,
    providers: Providers = nobody,
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

    Raises:
        HistoryError: If the history does not allow the run.
    """
    for text in scope.secrets():
        masker.add(text)
    versions = VersionScope(
        stage, scope, history, store, tokens=_TokenLabels(stage), providers=providers
    )
    carriers = _Carriers(stage, scope, providers)
    plan = _Plan(stage, versions, direction, masker, carriers, scope.overrides)
    for intent in history.unsettled:
        plan.settle(work.of(intent), intent)
    for migration in work.todo(history):
        plan.add(migration)
    provides: Dict[str, Value] = provided_by(scope, history, stage.name)
    provides.update(versions.captures)
    refused = scope.refused if direction is Direction.UP else ()
    plan.refuse(refused)
    return Preview(
        planned=tuple(plan.planned), errors=(*refused, *plan.errors), provides=provides
    )


class _Plan:
    """The versions of one stage, rendered one after the other."""

    def __init__(
        self,
        stage: Stage,
        versions: VersionScope,
        direction: Direction,
        masker: Masker,
        carriers: "_Carriers",
        overrides: Layer,
    ) -> None:
        self.planned: List[PlannedMigration] = []
        self.errors: List[RenderError] = []
        self._stage = stage
        self._versions = versions
        self._direction = direction
        self._masker = masker
        self._carriers = carriers
        self._overrides = overrides

    def add(self, migration: Migration) -> None:
        self._render(migration, self._direction, None)
        self._foresee(migration, self._direction)

    def settle(self, migration: Migration, intent: Intent) -> None:
        self._render(migration, intent.direction, intent)
        self._foresee(migration, intent.direction)

    def refuse(self, errors: Sequence[RenderError]) -> None:
        """Show, at the first version, why the stage can't begin at all."""
        if errors and self.planned and not self.planned[0].problem:
            problem = self._masker.mask(str(errors[0]))
            self.planned[0] = evolve(self.planned[0], problem=problem)

    def _foresee(self, migration: Migration, direction: Direction) -> None:
        captures = self._versions.captures
        if direction is Direction.DOWN:
            captures.drop(migration.version)
            return
        label = f"(known after {self._stage.name}/{migration.label})"
        captures.add(
            migration.version,
            {
                name: Value(secret=capture.secret, unknown=label, source=label)
                for name, capture in migration.captures.items()
            },
        )

    def _render(
        self, migration: Migration, direction: Direction, intent: Optional[Intent]
    ) -> None:
        request = request_of(migration, direction)
        if request is None:
            return
        # What is settled on the way down need not come to hold.
        going_up = Direction.UP is direction is self._direction
        problem = polled = ""
        shown = _Shown(request.method, request.url)
        try:
            render, local = self._versions.renderer(migration, direction, intent=intent)
            for value in local.values():
                if value.secret and value.text:
                    self._masker.add(value.text)
            if request.find is not None:
                label = f"(found before {self._stage.name}/{migration.label})"
                local.update(
                    (name, Value(unknown=label))
                    for name in request.find.response.env_from
                )
            key = request_key(migration, direction)
            shown = _show(
                request,
                render,
                key,
                carrier=self._carriers.of(request.auth_name),
                render_body=self._stage.render_body,
            )
            if migration.poll is not None and going_up:
                polled = self._show_poll(migration, migration.poll, render, intent)
        except RenderError as error:
            self.errors.append(error)
            problem = self._masker.mask(str(error))
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
                place=migration.origin.file if migration.origin else migration.label,
                poll=self._masker.mask_url(self._masker.mask(polled)),
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
        asked = migration.up.response
        if intent is not None and migration.probe is not None:
            asked = migration.probe.request.response
        label = f"(known after {self._stage.name}/{migration.label})"
        answered = {name: Value(unknown=label) for name in asked.env_from}
        render = render.under(self._overrides, answered)
        as_templates = self._stage.render_body
        try:
            shown = _show(
                poll.request,
                render,
                "up.poll.request",
                carrier=self._carriers.of(poll.request.auth_name),
                render_body=as_templates,
            )
            foresee_readiness(poll, render, label)
        except RenderError as error:
            if error.name not in migration.up.response.env_from:
                raise
            hint = "add it to 'probe.response.env_from': the answer to 'up' is lost"
            raise evolve(error, hints=(hint,)) from error
        return f"{shown.method} {shown.url}"


@frozen
class _Shown:
    method: str
    url: str
    headers: Tuple[Tuple[str, str], ...] = ()
    body: str = ""
    token: Tuple[Tuple[str, str], ...] = ()


def _show(
    request: Request, render: Renderer, key: str, *, carrier: str, render_body: bool
) -> _Shown:
    url = render(request.url, f"{key}.url")
    queries = [
        (name, render(text, f"{key}.queries.{name}")) for name, text in request.queries
    ]
    if queries:
        url += ("&" if "?" in url else "?") + urlencode(queries, safe="() /")
    headers = [
        (name, render(text, f"{key}.headers.{name}")) for name, text in request.headers
    ]
    token: Tuple[Tuple[str, str], ...] = ()
    if carrier and carrier.lower() not in {name.lower() for name, _ in headers}:
        token = ((carrier, f"(token {request.auth_name})"),)
    for code in request.response.result_code:
        render(code, f"{key.rpartition('.request')[0] or key}.response.result_code")
    as_template = render_body if request.render_body is None else request.render_body
    body = _body(request.body, render if as_template else None, f"{key}.body")
    return _Shown(request.method, url, tuple(headers), body, token)


def _body(body: object, render: Optional[Renderer], key: str) -> str:
    if body is None:
        return ""
    if isinstance(body, bytes):
        return f"({len(body)} bytes)"
    if isinstance(body, str):
        return render(body, key) if render else body
    return json.dumps(_leaves(body, render, key), ensure_ascii=False, indent=2)


def _leaves(value: object, render: Optional[Renderer], key: str) -> object:
    if isinstance(value, str):
        return render(value, key) if render else value
    if isinstance(value, Mapping):
        return {
            name: _leaves(item, render, f"{key}.{name}") for name, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [
            _leaves(item, render, f"{key}.{index}") for index, item in enumerate(value)
        ]
    return value


def _how(migration: Migration, intent: Optional[Intent]) -> str:
    if intent is None:
        return ""
    if not settles_itself(migration, intent.direction):
        return "needs a decision"
    return "by its probe" if migration.probe else "by sending it again"


class _Carriers:
    """Tell which header would carry a token, without acquiring it."""

    def __init__(self, stage: Stage, scope: Scope, providers: Providers) -> None:
        self._settings = {auth.name: (i, auth) for i, auth in enumerate(stage.auth)}
        variables = Variables([scope.overrides, scope.outer])
        self._render = Renderer(variables, None, stage.config_origin, providers)

    def of(self, name: Optional[str]) -> str:
        """Return the header of the token *name*, empty without one."""
        if not name:
            return ""
        index, auth = self._settings[name]
        return self._render(header_template(auth), f"auth.{index}.config.header")


class _TokenLabels(Mapping[str, object]):
    """Stand for the tokens of a stage, none of which is acquired."""

    def __init__(self, stage: Stage) -> None:
        self._labels = {
            auth.name: Unknown(f"(token {auth.name})") for auth in stage.auth
        }

    def __getitem__(self, name: str) -> object:
        return self._labels[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)
