"""A small world and a few sheets of each kind, made once."""

from __future__ import annotations

from datetime import date

import pytest

from api.synth.produce import Made, Order, produce
from api.synth.splits import Split
from api.synth.world import World

AS_OF = date(2026, 11, 21)
KINDS = ("acquisition", "dependants")


def order(kind: str, count: int, seed: str = "t", split: Split | None = None, **more: object) -> Order:
    return Order(kind, count, seed, World(seed, 600, 10, AS_OF, split), AS_OF, **more)


@pytest.fixture(scope="session")
def mixed() -> dict[str, list[Made]]:
    """Four sheets a kind as scanners deliver them."""
    return {kind: list(produce(order(kind, 4, style="mixed", degrade="office"))) for kind in KINDS}
