"""Who could provide a variable that is missing."""

from typing import Dict, List, Sequence

from apirun.stage import Stage

__all__ = ["Suppliers"]


class Suppliers:
    """
    Who could provide a variable that is missing.

    Built when the first name is missing, from all stages at hand.

    Args:
        stages: All stages of the file, or the one of a directory.
    """

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = tuple(stages)
        self._known: Dict[str, List[str]] = {}

    def __call__(self, name: str) -> Sequence[str]:
        """Return one sentence for each place that could provide *name*."""
        if not self._known:
            self._collect()
        return self._known.get(name, [])

    def _collect(self) -> None:
        for stage in self._stages:
            for entry in stage.env:
                self._add(entry.name, f"stage {stage.name} sets it in its env")
            for entry in stage.private_env:
                self._add(
                    entry.name,
                    f"{stage.config_path or stage.name} sets it, for this stage only",
                )
            for migration in stage.migrations:
                for name, capture in migration.captures.items():
                    self._add(
                        name,
                        f"{stage.name}/{migration.label} captures it"
                        + (f" from '{capture.path}'" if capture.path else ""),
                    )

    def _add(self, name: str, sentence: str) -> None:
        self._known.setdefault(name, []).append(sentence)
