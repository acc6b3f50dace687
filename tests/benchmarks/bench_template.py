"""How long rendering takes, beside Jinja2 on the same body."""

import sys
import timeit
from typing import Callable, Dict

import jinja2

from apirun.template import Template

__all__ = ["main"]

NAMES = [f"variable_{number}" for number in range(10)]
FILLER = "a" * 70
REPEATS = 15
RENDERINGS = 2000
AIM = 2.0


def body(left: str) -> str:
    """Return a JSON body of 1 KiB with ten variables."""
    fields = [f'  "{name}": "{{{{ {left}{name} }}}} {FILLER}"' for name in NAMES]
    text = "{\n" + ",\n".join(fields) + "\n}\n"
    return text + " " * (1024 - len(text))


def microseconds(render: Callable[[], object]) -> float:
    """Return how long one rendering takes at best, in microseconds."""
    best = min(timeit.repeat(render, number=RENDERINGS, repeat=REPEATS))
    return best / RENDERINGS * 1e6


def main() -> bool:
    """Print the times and their ratio; return whether the aim is met."""
    data: Dict[str, object] = {name: f"value of {name}" for name in NAMES}
    ours = Template(body("."))
    theirs = jinja2.Environment(autoescape=False).from_string(body(""))
    assert ours.render(data).strip() == theirs.render(data).strip()
    apirun_us = microseconds(lambda: ours.render(data))
    jinja2_us = microseconds(lambda: theirs.render(data))
    sys.stdout.write(
        f"template: 1 KiB body, 10 variables: apirun {apirun_us:.1f} us, "
        f"jinja2 {jinja2_us:.1f} us, ratio {apirun_us / jinja2_us:.2f} "
        f"(aim: at most {AIM:.1f})\n"
    )
    return apirun_us <= AIM * jinja2_us


if __name__ == "__main__":
    main()
