"""A distribution that is installed, as far as Python can tell."""

from pathlib import Path
from typing import Dict

__all__ = ["install"]


def install(where: Path, distribution: str, points: Dict[str, str]) -> None:
    """
    Make what an installed distribution is to Python: its metadata.

    Args:
        where: A directory on the module path.
        distribution: Its name.
        points: What it registers under ``apirun.stores``, by name.
    """
    info = where / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n"
    )
    lines = [f"{name} = {value}\n" for name, value in points.items()]
    (info / "entry_points.txt").write_text("[apirun.stores]\n" + "".join(lines))
