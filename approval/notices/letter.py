"""Setting a letter: content and addressee into a PDF by typst, with the fonts of a wheel; no markup is put together."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

import pylopdf_fonts_jp
import typst


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as it will be printed. `issuer` is the installation's name; `training` puts the watermark on it."""

    notice_id: str
    content: dict[str, Any]
    addressee: dict[str, str]
    issuer: str
    training: bool


def typeset(letter: Letter) -> bytes:
    """The PDF. The data reaches the template as JSON, so nothing that a filer wrote is ever read as markup."""
    kind = letter.content["kind"]
    data = json.dumps(
        letter.content | {"addressee": letter.addressee, "issuer": letter.issuer, "training": letter.training},
        ensure_ascii=False,
    )
    with resources.as_file(resources.files("approval.notices").joinpath("templates")) as folder:
        return bytes(
            typst.compile(
                str(folder / f"{kind}.typ"),
                root=str(folder),
                font_paths=[str(pylopdf_fonts_jp.serif_path().parent)],
                ignore_system_fonts=True,
                sys_inputs={"data": data},
            )
        )
