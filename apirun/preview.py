"""What a run of one stage would send, rendered without sending anything."""

import json
from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlencode

from attrs import evolve, frozen

from apirun.exceptions import RenderError
from apirun.failures import request_of, settles_itself
from apirun.masking import Masker
from apirun.migration import Migration, Request
from apirun.rendering import Providers, Renderer, nobody
from apirun.results import PlannedMigration
from apirun.scoping import Layer, Scope
from apirun.stage import Stage
from apirun.stage_job import captured_secrets, provided_by
from apirun.state import Direction, History, Intent, StateStore
from apirun.template import Unknown
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
        errors: Why versions can't be rendered, in order.
        provides: What dependents would inherit, unknown values included.
    """

    planned: Tuple[PlannedMigration, ...]
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
        stage, scope, history, store, tokens=_TokenLabels(stage), providers=providers
    )
    plan = _Plan(stage, versions, direction, masker)
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
    ) -> None:
        self.planned: List[PlannedMigration] = []
        self.errors: List[RenderError] = []
        self._stage = stage
        self._versions = versions
        self._direction = direction
        self._masker = masker

    def add(self, migration: Migration) -> None:
        self._render(migration, self._direction, None)
        self._foresee(migration, self._direction)

    def ask(self, migration: Migration) -> None:
        """Show the probe; without one, that nothing would be sent."""
        probe = migration.probe
        if probe is None:
            self._keep(migration, Direction.UP, _Shown("", ""), None, "")
            return
        self._render(migration, Direction.UP, None, probe.request, "probe.request")
        self._expect(migration, probe.request)

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
            self._expect(migration, migration.up)

    def _expect(self, migration: Migration, request: Request) -> None:
        label = f"(known after {self._stage.name}/{migration.label})"
        self._versions.captures.add(
            migration.version,
            {
                name: Value(secret=capture.secret, unknown=label, source=label)
                for name, capture in request.response.env_from.items()
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
        request = request or request_of(migration, direction)
        if request is None:
            return
        problem = ""
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
            key = key or request_key(migration, direction)
            shown = _show(request, render, key, render_body=self._stage.render_body)
        except RenderError as error:
            self.errors.append(error)
            problem = self._masker.mask(str(error))
        self._keep(migration, direction, shown, intent, problem)

    def _keep(
        self,
        migration: Migration,
        direction: Direction,
        shown: "_Shown",
        intent: Optional[Intent],
        problem: str,
    ) -> None:
        self.planned.append(
            PlannedMigration(
                version=migration.version,
                name=migration.label,
                direction=direction,
                method=shown.method,
                url=self._masker.mask_url(self._masker.mask(shown.url)),
                headers=tuple(self._masker.mask_headers(dict(shown.headers)).items()),
                body=self._masker.mask(shown.body),
                place=migration.origin.file if migration.origin else migration.label,
                settle=_how(migration, intent),
                problem=problem,
            )
        )


@frozen
class _Shown:
    method: str
    url: str
    headers: Tuple[Tuple[str, str], ...] = ()
    body: str = ""


def _show(request: Request, render: Renderer, key: str, *, render_body: bool) -> _Shown:
    url = render(request.url, f"{key}.url")
    queries = [
        (name, render(text, f"{key}.queries.{name}")) for name, text in request.queries
    ]
    if queries:
        url += ("&" if "?" in url else "?") + urlencode(queries, safe="() /")
    headers = [
        (name, render(text, f"{key}.headers.{name}")) for name, text in request.headers
    ]
    if request.auth_name and "authorization" not in {n.lower() for n, _ in headers}:
        headers.append(("Authorization", f"(token {request.auth_name})"))
    for code in request.response.result_code:
        render(code, f"{key.partition('.')[0]}.response.result_code")
    as_template = render_body if request.render_body is None else request.render_body
    body = _body(request.body, render if as_template else None, f"{key}.body")
    return _Shown(request.method, url, tuple(headers), body)


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
