"""Where one version stands, and what its probe found."""

from enum import Enum
from typing import Optional, Tuple

from attrs import frozen

from apirun.durations import format_moment
from apirun.plain_data import PlainData

__all__ = ["CaptureDrift", "Found", "ProbeStatus", "VariableStatus", "VersionStatus"]


class Found(str, Enum):
    """
    What a probe found.

    Example:
        >>> from attrs import evolve
        >>> there = Probe(Request("GET", "{{.api_base}}/vpcs/{{.vpc_id}}"))
        >>> vpc = evolve(network.migrations[0], probe=there)
        >>> migrator = Migrator(evolve(network, migrations=[vpc]))
        >>> _ = migrator.up()
        >>> migrator.status(probe=True).versions[0].probe.found is Found.PRESENT
        True
    """

    PRESENT = "present"
    ABSENT = "absent"
    CHANGED = "changed"
    """It is there, and captured values are others than those recorded."""
    UNKNOWN = "unknown"
    """The API could not be asked, or could not tell."""


@frozen(kw_only=True)
class CaptureDrift(PlainData):
    """
    A captured value that is another one now.

    Attributes:
        name: The variable.
        recorded: The value that the history holds, ``***`` if it is secret.
        found: The value that the probe found, ``***`` if it is secret; None
            if the answer has none.

    Example:
        >>> import requests
        >>> from attrs import evolve
        >>> ask = Request(
        ...     "GET",
        ...     "{{.api_base}}/vpcs/{{.vpc_id}}",
        ...     response=Response(env_from={"vpc_id": "id"}),
        ... )
        >>> vpc = evolve(network.migrations[0], probe=Probe(ask))
        >>> migrator = Migrator(evolve(network, migrations=[vpc]))
        >>> _ = migrator.up()
        >>> requests.patch(f"{api_base}/vpcs/vpcs-1", json={"id": "vpc-a"}).ok
        True
        >>> migrator.status(probe=True).versions[0].probe.changes[0]
        CaptureDrift(name='vpc_id', recorded='vpcs-1', found='vpc-a')
    """

    name: str
    recorded: str
    found: Optional[str]


@frozen(kw_only=True)
class ProbeStatus(PlainData):
    """
    What the probe of one version found, beside what is recorded of it.

    Attributes:
        found: What it found.
        drifted: Whether that is not what the history says: applied and absent
            or changed, or pending and present.
        changes: Which captured values differ, by name.
        reason: Why it is unknown, secrets masked; else empty.

    Example:
        >>> import requests
        >>> from attrs import evolve
        >>> there = Probe(Request("GET", "{{.api_base}}/vpcs/{{.vpc_id}}"))
        >>> vpc = evolve(network.migrations[0], probe=there)
        >>> migrator = Migrator(evolve(network, migrations=[vpc]))
        >>> vpc_id = migrator.up().env["vpc_id"]
        >>> requests.delete(f"{api_base}/vpcs/{vpc_id}").ok
        True
        >>> probe = migrator.status(probe=True).versions[0].probe
        >>> probe.drifted, probe.found.value
        (True, 'absent')
    """

    found: Found
    drifted: bool = False
    changes: Tuple[CaptureDrift, ...] = ()
    reason: str = ""


@frozen(kw_only=True)
class VersionStatus(PlainData):
    """
    Where one version stands.

    Attributes:
        version: The migration's version.
        name: Its label.
        state: ``applied``, ``pending`` or ``unsettled``; empty if no history is
            kept.
        applied_at: When, as ISO 8601 in UTC; empty if it is not.
        note: ``file is gone``, ``file has changed``, ``no down``, or empty.
        changes: What its file says otherwise than when it was applied, one line
            for each difference; secrets are masked.
        probe: What its probe found; None if it has none, or was not asked.

    Example:
        >>> migrator = Migrator(network)
        >>> [(each.name, each.state) for each in migrator.status().versions]
        [('001_create_vpc', 'pending')]
    """

    version: int
    name: str
    state: str
    applied_at: str = ""
    note: str = ""
    changes: Tuple[str, ...] = ()
    probe: Optional[ProbeStatus] = None

    def cells(self) -> Tuple[str, ...]:
        """
        Return its line: label, state, when, and what is odd or was found.

        Example:
            >>> Migrator(network).status().versions[0].cells()
            ('001_create_vpc', 'pending', '', '')
        """
        found = self.probe.found.value if self.probe is not None else ""
        return (
            self.name or str(self.version),
            self.state,
            format_moment(self.applied_at),
            ", ".join(text for text in (self.note, found) if text),
        )


@frozen(kw_only=True)
class VariableStatus(PlainData):
    """
    One captured variable.

    Attributes:
        name: Its name.
        value: Its text, ``***`` if it is secret.
        version: Which version captured it.

    Example:
        >>> migrator = Migrator(network)
        >>> _ = migrator.up()
        >>> {each.name: each.value for each in migrator.status().variables}
        {'vpc_id': 'vpcs-1'}
    """

    name: str
    value: str
    version: int
