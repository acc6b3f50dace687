"""Values of options that need more than click's own types."""

from typing import Any, Dict, Optional, Sequence

import click

from apirun import to_seconds

__all__ = ["Count", "Duration", "Variables"]


class Count(click.IntRange):
    """A whole number; click would call what it is no part of a "range"."""

    name = "integer"


class Duration(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """Seconds, given as a Go duration or as a plain number."""

    name = "duration"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's own
        param: Optional[click.Parameter],
        ctx: Optional[click.Context],
    ) -> float:
        """Return *value* in seconds."""
        text = str(value)
        try:
            return to_seconds(float(text) if _is_number(text) else text)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Variables(click.Option):
    """``NAME=VALUE`` pairs; the last of one name wins."""

    def process_value(self, ctx: click.Context, value: Any) -> Dict[str, str]:  # noqa: ANN401 - click's own
        """Return the pairs as a dictionary."""
        pairs: Sequence[str] = super().process_value(ctx, value)
        told: Dict[str, str] = {}
        for pair in pairs:
            name, equals, text = pair.partition("=")
            if not equals or not name:
                # A value is not repeated: it may be a secret.
                wrong = f"'{name}' has no value" if name else "a value has no name"
                raise click.BadParameter(
                    f"{wrong}: write NAME=VALUE, for example "
                    "api_base=http://127.0.0.1:8000",
                    ctx,
                    self,
                )
            told[name] = text
        return told


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()
