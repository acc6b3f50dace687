"""Variables of the process that documents refer to."""

import os
from typing import Iterable, List

from apirun.documents.faults import Fault
from apirun.env import EnvEntry

__all__ = ["unset_variables"]


def unset_variables(entries: Iterable[EnvEntry], key: str) -> List[Fault]:
    """
    Return a warning for each entry whose process variable is not set.

    It becomes an error when the variable is used.

    Args:
        entries: Declared variables.
        key: Where they stand.
    """
    return [
        Fault(
            f"the process variable {entry.value_from_env}, which '{entry.name}' takes "
            "its value from, is not set",
            f"{key}.{entry.name}",
        )
        for entry in entries
        if entry.value_from_env is not None and entry.value_from_env not in os.environ
    ]
