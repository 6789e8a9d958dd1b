"""How many generated profiles are answered by both sides, and how they are made."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

EXAMPLES = int(os.environ.get("ALIQUOT_PARITY_EXAMPLES", "50"))

parity = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
"""Without shrinking: a profile that differs says enough, and the browser would be asked for minutes."""

the_same_each_time = settings(parity, derandomize=True)
