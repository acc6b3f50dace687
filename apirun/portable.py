"""Whether the functions of stages can be handed to another process."""

import pickle
from concurrent.futures import Executor
from typing import Iterable, Optional

from apirun.call import Call
from apirun.exceptions import UsageError
from apirun.stage import Stage

__all__ = ["require_portable"]


def require_portable(stages: Iterable[Stage], executor: Optional[Executor]) -> None:
    """
    Refuse functions that an executor of processes can't take.

    Args:
        stages: Whose migrations may be functions.
        executor: What carries them. Only that of the standard library is known
            to pickle them as they are; others find their own way.

    Raises:
        UsageError: Naming the first one that can't be pickled.
    """
    kinds = {kind.__module__ for kind in type(executor).__mro__}
    if "concurrent.futures.process" not in kinds:
        return
    for stage in stages:
        for migration in stage.migrations:
            for key, action in (("up", migration.up), ("down", migration.down)):
                if isinstance(action, Call):
                    _require(f"{stage.name}/{migration.label}, {key}", action)


def _require(where: str, call: Call) -> None:
    try:
        pickle.dumps(call.function)
    except Exception as error:
        place = f" at {call.location}" if call.location else ""
        raise UsageError(
            f"{where}: {call.name}{place} can't be handed to another process "
            f"({error}): define it with 'def' at the top of a module. Nothing was sent."
        ) from error
