"""All checks in order: what rests on something that failed is left out rather than guessed."""

from __future__ import annotations

import os
from datetime import datetime

from api.doctor import house, machine
from api.doctor.finding import Finding
from api.doctor.variables import variables
from storage.settings import Settings


def examine(settings: Settings, now: datetime) -> list[Finding]:
    """What was found, in an order that begins with what everything else rests on."""
    key, keys = house.key_file(settings)
    base = house.database(settings)
    found = [variables(os.environ), key, base]
    last = None
    if base.state == "well":
        last = house.last_entry(settings)
        if keys is not None:
            found += house.inside(settings, keys, now)
    found += machine.blobs(settings)
    found += [machine.disk(settings), machine.models(), machine.fonts(), machine.clock(now, last)]
    return found
