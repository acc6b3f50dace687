"""Standard-library parts that older Pythons take from a backport."""

import sys

# On Python 3.8 the distribution graphlib-backport brings it.
from graphlib import CycleError, TopologicalSorter

if sys.version_info >= (3, 10):
    from importlib.metadata import EntryPoint, entry_points
else:
    from importlib_metadata import EntryPoint, entry_points

__all__ = ["CycleError", "EntryPoint", "TopologicalSorter", "entry_points"]
