"""What pen, rules and scanners do to the ink of a cell, from the drawn character to the classifier's input."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.glyphs import fitted
from ocr.reference import PX

CELL = (48, 58)  # px: a comb cell of 4.8 x 5.8 mm
_SPREAD = 4  # px that a removed rule takes away on either side


def worn(dice: np.random.Generator, drawn: NDArray[np.uint8], clean: bool = False) -> NDArray[np.float32] | None:
    """The drawn character (white on black, PX px/mm) as it would come out of a cell; None if too little is left."""
    room = np.zeros((CELL[1] + 40, CELL[0] + 40), dtype=np.float32)
    height, width = drawn.shape
    if height > room.shape[0] or width > room.shape[1]:
        factor = min(room.shape[0] / height, room.shape[1] / width)
        drawn = np.asarray(cv2.resize(drawn, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
        height, width = drawn.shape
    x = (room.shape[1] - width) // 2 + int(np.clip(dice.normal(0, 2.5), -8, 8))
    y = (room.shape[0] - height) // 2 + int(np.clip(dice.normal(0, 2.5), -8, 8))
    x, y = int(np.clip(x, 0, room.shape[1] - width)), int(np.clip(y, 0, room.shape[0] - height))
    strength = float(dice.uniform(0.6, 1.0))
    room[y : y + height, x : x + width] = drawn * strength
    if not clean:
        room = _pressed(dice, room)
    room = _scanned(dice, room, clean)
    room = _unruled(dice, room, clean)
    kept = _isolated(dice, room)
    if kept is None:
        return None
    return fitted(kept)


def _pressed(dice: np.random.Generator, room: NDArray[np.float32]) -> NDArray[np.float32]:
    """Uneven ink: a ballpoint that skips, a felt tip that bleeds."""
    kind = dice.random()
    if kind < 0.25:
        grain = cv2.GaussianBlur(dice.random(room.shape).astype(np.float32), (0, 0), 2.0)
        grain = (grain - grain.min()) / max(1e-6, float(grain.max() - grain.min()))
        room = room * np.clip(0.55 + 0.9 * grain, 0, 1)
    elif kind < 0.4:
        room = np.asarray(cv2.dilate(room, np.ones((2, 2), np.float32)), dtype=np.float32)
    return np.asarray(room, dtype=np.float32)


def _scanned(dice: np.random.Generator, room: NDArray[np.float32], clean: bool) -> NDArray[np.float32]:
    """150 to 300 dpi, blur, noise, JPEG, black and white or fax, and back to PX px/mm."""
    dpi = float(dice.choice([150, 200, 200, 200, 240, 300]))
    factor = dpi / 25.4 / PX
    small = np.asarray(cv2.resize(room, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.float32)
    small = cv2.GaussianBlur(small, (0, 0), float(dice.uniform(0.25, 0.6 if clean else 0.95)))
    small = small + dice.normal(0, float(dice.uniform(1, 5 if clean else 11)), small.shape)
    bits = np.asarray(np.clip(small, 0, 255), dtype=np.uint8)
    how = dice.random()
    if how < 0.2:
        _, packed = cv2.imencode(".jpg", 255 - bits, [cv2.IMWRITE_JPEG_QUALITY, int(dice.integers(35, 85))])
        bits = np.asarray(255 - cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    elif how < 0.42:
        bits = np.asarray(np.where(bits > int(dice.integers(70, 130)), 255, 0), dtype=np.uint8)
        if how < 0.27:  # a fax has half as many lines
            half = cv2.resize(bits, (bits.shape[1], bits.shape[0] // 2), interpolation=cv2.INTER_NEAREST)
            bits = np.asarray(
                cv2.resize(half, (bits.shape[1], bits.shape[0]), interpolation=cv2.INTER_NEAREST), dtype=np.uint8
            )
    size = (room.shape[1], room.shape[0])
    return np.asarray(cv2.resize(bits, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _unruled(dice: np.random.Generator, room: NDArray[np.float32], clean: bool) -> NDArray[np.float32]:
    """The rules of the cell were taken out, and the strokes across them with them, or joined again; or some of the
    rule is left."""
    edges_x = ((room.shape[1] - CELL[0]) // 2, (room.shape[1] + CELL[0]) // 2)
    edges_y = ((room.shape[0] - CELL[1]) // 2, (room.shape[0] + CELL[1]) // 2)
    out = room.copy()
    for edge in edges_x:
        if dice.random() < 0.4:
            out[:, edge - _SPREAD : edge + _SPREAD] = 0
    for edge in edges_y:
        if dice.random() < 0.5:
            out[edge - _SPREAD : edge + _SPREAD] = 0
    if dice.random() < 0.6:  # strokes are bridged where there is writing on both sides
        closed = cv2.morphologyEx(room if dice.random() < 0.5 else out, cv2.MORPH_CLOSE, np.ones((3, 17), np.uint8))
        for edge in edges_x:
            out[:, edge - _SPREAD : edge + _SPREAD] = closed[:, edge - _SPREAD : edge + _SPREAD]
    if not clean and dice.random() < 0.06:  # a sliver of the rule
        edge = int(dice.choice(edges_x)) - int(dice.integers(-1, 2)) * 2
        first = int(dice.integers(0, room.shape[0] - 20))
        length = int(dice.integers(8, 40))
        out[first : first + length, edge : edge + int(dice.integers(1, 4))] = float(dice.uniform(90, 250))
    return out


def _isolated(dice: np.random.Generator, room: NDArray[np.float32]) -> NDArray[np.uint8] | None:
    """Specks dropped as the reading path drops them; what is left at the margin of the strokes stays soft."""
    mask = (room > 62).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count < 2:
        return None
    keep = stats[:, cv2.CC_STAT_AREA] >= int(dice.integers(3, 14))
    keep[0] = False
    chosen = keep[labels]
    if int(chosen.sum()) < 0.22 * PX * PX:
        return None
    soft = cv2.dilate(chosen.astype(np.uint8), np.ones((3, 3), np.uint8)) == 1
    return np.asarray(np.where(soft, np.clip(room, 0, 250), 0), dtype=np.uint8)
