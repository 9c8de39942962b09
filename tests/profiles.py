"""How long hypothesis searches: seconds in ordinary tests, minutes in `tests.benchmarks.fuzz`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

EXAMPLES = "HUNCH_TEST_EXAMPLES"

settings.register_profile(
    "tests",
    max_examples=int(os.environ.get(EXAMPLES, "150")),
    derandomize=EXAMPLES not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
# The settings of every property here; a decorator.
thorough = settings.get_profile("tests")
