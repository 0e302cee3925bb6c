"""Who wrote a sheet: one face, one pen and the habits that a writer keeps from the first field to the last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from api.synth.canvas import Colour
from api.synth.chance import Chance
from api.synth.fonts import Face, Style, faces
from api.synth.splits import Split

Padding = Literal["zero", "right", "left"]
Circling = Literal["ellipse", "tidy", "check", "slash", "scribble"]


@dataclass(frozen=True, slots=True)
class StrokeHand:
    """How a hand draws strokes. Lengths are shares of the em unless mm is said."""

    nib: float  # mm
    scale: float  # of all its glyphs
    aspect: float  # width to height
    warp: float  # how far its shapes are from the model's
    loose: float  # how far single strokes stray
    overshoot: float  # of stroke ends
    tremor: float
    rounding: int  # how often corners are smoothed
    taper: float  # how much thinner strokes end than they begin
    pressure: float  # how the width differs from stroke to stroke
    join: float  # share of near strokes written without lifting the pen
    reach: float  # how near they must be
    wide: float  # width of figures against the usual: wide ones touch the rules of their cells
    tall: float


@dataclass(frozen=True, slots=True)
class Writer:
    """Habits of one hand (or of one program that prints). Sizes are shares of the box, angles degrees, widths mm."""

    style: Style
    face: Face
    ink: Colour
    strength: float  # how much light the ink takes, 0 to 1
    size: float  # glyph height as a share of the box height
    size_jitter: float
    slant: float  # shear, positive leans to the right
    tilt: float  # of a line of text
    wobble: float  # rotation of single glyphs
    drift: float  # baseline wander as a share of the glyph
    pen: float  # mm, of circles and lines
    weight: float  # mm added to (or taken from) the strokes of the face
    spacing: float  # extra advance as a share of the glyph
    padding: Padding  # how 8 is written into two date cells
    commas: bool  # 250,000 rather than 250000 in free cells
    circling: Circling
    hyphen: str
    corners: float  # how far ellipses stray from the choice, as a share of its size
    name: str = ""  # where writers are known by name (api/synth/cast.py)
    split: Split | None = None
    hand: StrokeHand | None = None  # draws strokes rather than setting the face


_INKS: tuple[tuple[Colour, float], ...] = (
    ((22, 22, 26), 6),
    ((28, 36, 60), 1.5),
    ((32, 48, 132), 3),
    ((58, 58, 62), 0.7),
)


def draw_writer(chance: Chance, style: Style, face: Face | None = None, name: str = "") -> Writer:
    """A writer of that style, with the face or any."""
    draw = _printer if style == "print" else _hand
    return replace(draw(chance, face), name=name, split=chance.split)


def _printer(chance: Chance, face: Face | None) -> Writer:
    """A payroll program: steady, black, sometimes a little off its boxes."""
    return Writer(
        style="print",
        face=face or chance.choice(faces("print", chance.split)),
        ink=(chance.randint(8, 34),) * 3,
        strength=chance.between(0.9, 1.0),
        size=chance.between(0.5, 0.68),
        size_jitter=0.0,
        slant=0.0,
        tilt=0.0,
        wobble=0.0,
        drift=0.0,
        pen=chance.between(0.22, 0.4),
        weight=chance.pick(((0.0, 4), (0.04, 1))),
        spacing=chance.between(0.0, 0.06),
        padding=chance.pick((("zero", 7), ("right", 3))),
        commas=chance.happens(0.6),
        circling=chance.pick((("tidy", 6), ("ellipse", 4))),
        hyphen=chance.choice("-－‐"),
        corners=0.05,
    )


def _hand(chance: Chance, face: Face | None) -> Writer:
    """A person with a ballpoint."""
    return Writer(
        style="hand",
        face=face or chance.choice(faces("hand", chance.split)),
        ink=chance.pick(_INKS),
        strength=chance.between(0.72, 0.97),
        size=chance.between(0.56, 0.82),
        size_jitter=chance.between(0.02, 0.09),
        slant=chance.near(0.03, 0.09),
        tilt=chance.near(0.0, 0.7),
        wobble=chance.between(0.8, 3.5),
        drift=chance.between(0.01, 0.06),
        pen=chance.between(0.28, 0.55),
        weight=chance.between(-0.02, 0.07),
        spacing=chance.between(-0.02, 0.16),
        padding=chance.pick((("zero", 6), ("right", 3), ("left", 1))),
        commas=chance.happens(0.45),
        circling=chance.pick((("ellipse", 95), ("check", 2), ("slash", 1), ("tidy", 2))),
        hyphen=chance.choice("-－ー"),
        corners=chance.between(0.05, 0.22),
    )


def draw_stroke_writer(chance: Chance, name: str) -> Writer:
    """A person whose glyphs are drawn stroke by stroke, from careful to hasty; the face writes what has no strokes."""
    haste = chance.random()  # 0 careful, 1 hasty: what is loose in one way is often loose in another
    hand = StrokeHand(
        nib=chance.between(0.2, 0.52),
        scale=chance.between(0.92, 1.08),
        aspect=chance.near(0.97, 0.07),
        warp=chance.between(0.004, 0.012 + 0.016 * haste),
        loose=chance.between(0.003, 0.01 + 0.014 * haste),
        overshoot=chance.between(0.0, 0.02 + 0.035 * haste),
        tremor=chance.pick(((0.0, 7), (chance.between(0.001, 0.005), 3))),
        rounding=chance.randint(0, 1 + round(3 * haste)),
        taper=chance.between(0.05, 0.55),
        pressure=chance.between(0.03, 0.2),
        join=chance.between(0.0, 0.55 * haste),
        reach=chance.between(0.12, 0.34),
        wide=chance.pick(((chance.between(0.85, 1.2), 8), (chance.between(1.2, 1.6), 2))),
        tall=chance.pick(((chance.between(0.88, 1.1), 8), (chance.between(1.1, 1.3), 2))),
    )
    base = draw_writer(chance.under("habits"), "hand", name=name)
    circling: Circling = "scribble" if chance.happens(0.02) else base.circling
    return replace(base, pen=max(0.25, hand.nib * chance.between(0.9, 1.2)), circling=circling, hand=hand)
