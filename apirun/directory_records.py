"""What a person lets the history of one directory say, without sending it."""

from abc import ABC
from typing import Literal, Mapping, Optional

from apirun.adoption import Adoption, check_adoption
from apirun.arguments import given_count, given_seconds, given_variables
from apirun.directory_view import DirectoryView
from apirun.foresight import require_history
from apirun.results import MigrationResult, StageResult
from apirun.settlement import settle_by_hand
from apirun.stage_stores import undisturbed_history
from apirun.state import Direction

__all__ = ["DirectoryRecords"]


class DirectoryRecords(DirectoryView, ABC):
    """What a person lets the history of one directory say, without sending it."""

    def adopt(
        self,
        *,
        to: Optional[int] = None,
        unprobed: bool = False,
        allow_out_of_order: bool = False,
        lock_timeout_s: float = 15.0,
    ) -> StageResult:
        """
        Record pending versions that are there already as applied, unsent.

        Only probes are sent. A version whose probe finds nothing stays
        pending, and so does what comes after it.

        Args:
            to: Last version to adopt; None adopts all.
            unprobed: Whether versions without a probe are recorded as applied;
                what their answers would have captured comes from the variables
                of those names that the migrator was given.
            allow_out_of_order: Whether to go on after a version that is not
                there.
            lock_timeout_s: Seconds to wait for another runner.

        Returns:
            What was found and recorded; errors met while asking are in it.

        Raises:
            UsageError: If a version has no probe, and *unprobed* is not set.
            UnsettledError: If a version is unsettled.
            RenderError: If a variable is missing; nothing was sent.
            StoreLockedError: If another runner holds the history.
            StoreError: If the history can't be read.

        Example:
            >>> import requests
            >>> from attrs import evolve
            >>> requests.put(f"{api_base}/vpcs/main").ok
            True
            >>> answer = Response(env_from={"vpc_id": "id"})
            >>> ask = Request("GET", "{{.api_base}}/vpcs/main", response=answer)
            >>> vpc = evolve(network.migrations[0], probe=Probe(ask))
            >>> migrator = Migrator(evolve(network, migrations=[vpc]))
            >>> adopted = migrator.adopt().migrations[0]
            >>> adopted.adopted, adopted.outcome.value
            (True, 'applied')
        """
        adoption = Adoption(unprobed=unprobed, past_absent=allow_out_of_order)
        job = self._job(
            Direction.UP, to, allow_out_of_order=True, lock_timeout_s=lock_timeout_s
        )
        history = undisturbed_history(self._store, timeout_s=lock_timeout_s)
        check_adoption(job, adoption, history)
        return self._carry(job, adoption)

    def settle(
        self,
        version: int,
        *,
        as_: Literal["applied", "pending"],
        variables: Optional[Mapping[str, str]] = None,
        lock_timeout_s: float = 15.0,
    ) -> MigrationResult:
        """
        Record what a person found out about an unsettled version.

        Args:
            version: The version.
            as_: ``applied`` if what it makes is there, ``pending`` if not.
            variables: What its answer would have captured.
            lock_timeout_s: Seconds to wait for another runner.

        Raises:
            UsageError: If the version is not unsettled.
            StoreLockedError: If another runner holds the history.

        Example:
            >>> answer = Response(env_from={"vpc_id": "vpc.id"}, env_missing="fail")
            >>> up = Request("POST", f"{api_base}/vpcs", response=answer)
            >>> vpc = Migration(version=1, name="create_vpc", up=up)
            >>> stage = Stage(name="a", migrations=[vpc], store=MemoryStore())
            >>> migrator = Migrator(stage)
            >>> migrator.up().outcome.value
            'unsettled'
            >>> found = {"vpc_id": "vpcs-1"}
            >>> migrator.settle(1, as_="applied", variables=found).outcome.value
            'applied'
        """
        require_history(self.stage, "settled")
        return settle_by_hand(
            self.stage,
            self._store,
            given_count("version", version),
            as_=as_,
            variables=given_variables(variables),
            lock_timeout_s=given_seconds("lock_timeout_s", lock_timeout_s),
        )
