"""
YAML files to values, and recorded migrations.

`load_stages` and `load_directory` read what a run needs, and raise one
`DocumentError` with everything that is wrong in any of the files.
"""

from apirun.documents.changes import describe_change
from apirun.documents.composed import check_env, resolve_stage, resolve_stages
from apirun.documents.directory import LoadedStage, load_directory
from apirun.documents.json_schema import KINDS, file_schema
from apirun.documents.recorded import dump_migration, load_recorded
from apirun.documents.scaffold import scaffold
from apirun.documents.stage_names import stage_names
from apirun.documents.stages_file import StagesFile, load_stages

__all__ = [
    "KINDS",
    "LoadedStage",
    "StagesFile",
    "check_env",
    "describe_change",
    "dump_migration",
    "file_schema",
    "load_directory",
    "load_recorded",
    "load_stages",
    "resolve_stage",
    "resolve_stages",
    "scaffold",
    "stage_names",
]
