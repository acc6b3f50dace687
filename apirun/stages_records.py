"""The stages as a whole: what is recorded of them without being done."""

from typing import Mapping, Optional, Sequence

from apirun.adoption import Adoption
from apirun.arguments import given_functions, given_seconds
from apirun.events import Listener
from apirun.results import RunResult
from apirun.selection import select
from apirun.stages_adoption import StagesAdoption
from apirun.stages_check import StagesCheck
from apirun.state import Direction

__all__ = ["StagesRecords"]


class StagesRecords(StagesCheck):
    """The stages as a whole: what is recorded of them without being done."""

    def adopt(
        self,
        *,
        stages: Sequence[str] = (),
        from_stage: Optional[str] = None,
        to_stage: Optional[str] = None,
        variables: Optional[Mapping[str, object]] = None,
        listeners: Sequence[Listener] = (),
        unprobed: bool = False,
        allow_out_of_order: bool = False,
        lock_timeout_s: float = 15.0,
    ) -> RunResult:
        """
        Record what is there already of the selected stages as applied, unsent.

        Only probes are sent. What depends on a stage of which a version is not
        there is left alone.

        Args:
            stages: As in `up`.
            from_stage: As in `up`.
            to_stage: As in `up`.
            variables: As in `up`; with *unprobed* also what answers would have
                captured.
            listeners: As in `up`.
            unprobed: Whether versions without a probe are recorded as applied.
            allow_out_of_order: Whether to go on in a stage after a version
                that is not there.
            lock_timeout_s: Seconds to wait for another runner of a stage.

        Returns:
            What was found and recorded; errors met while asking are in it.

        Raises:
            UsageError: If the selection can't be meant, or a version has no
                probe and *unprobed* is not set.
            PrerequisiteError: If a dependency outside of it has not completed.
            UnsettledError: If a version is unsettled.
            RenderError: If a variable is missing; nothing was sent.
            StoreError: If a history can't be read.

        Example:
            >>> import requests
            >>> from attrs import evolve
            >>> requests.put(f"{api_base}/vpcs/main").ok
            True
            >>> answer = Response(env_from={"vpc_id": "id"})
            >>> ask = Request("GET", "{{.api_base}}/vpcs/main", response=answer)
            >>> vpc = evolve(network.migrations[0], probe=Probe(ask))
            >>> result = Orchestrator([evolve(network, migrations=[vpc])]).adopt()
            >>> result.stages["network"].env["vpc_id"]
            'main'
        """
        run = StagesAdoption(
            self._landscape(variables),
            Adoption(unprobed=unprobed, past_absent=allow_out_of_order),
            settings=self._settings,
            listeners=(*self._listeners, *given_functions("listeners", listeners)),
            lock_timeout_s=given_seconds("lock_timeout_s", lock_timeout_s),
        )
        return run.run(select(self._graph, Direction.UP, stages, from_stage, to_stage))
