"""The shop that the tests stand on: set up once, however many workers run."""

from pathlib import Path

import pytest

from apirun import Environment
from apirun_pytest import BringUp

STAGES = Path(__file__).parent / "stages.yaml"


@pytest.fixture(scope="session")
def shop(apirun_stages: BringUp) -> Environment:
    """Return the variables of a shop with one product and one order."""
    return apirun_stages(STAGES)
