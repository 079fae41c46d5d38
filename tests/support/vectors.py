"""Real data that lies beside the project; tests that read it say so when it is not there."""

from __future__ import annotations

import os
from pathlib import Path

VECTORS = Path(os.environ.get("TRADEBOOK_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors"))
TAPES = VECTORS / "market_data"
