"""Other packages announce engines by entry point; settings choose."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ocr import default, engines
from ocr.errors import BadEngineSetting, UnknownEngine

MODULE = """
from ocr.engine import LineReading
class Engine:
    name, version, family = "mirror", "2", "mirror"
    def read(self, crops, charsets):
        return [LineReading("1", 0.5, "1") for _ in crops]
def no_engine():
    return object()
"""
POINTS = "[todoke.engines]\nmirror = mirror_engine:Engine\nhollow = mirror_engine:no_engine\n"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with entry points, laid out as pip does."""
    (tmp_path / "mirror_engine.py").write_text(MODULE, encoding="utf-8")
    info = tmp_path / "mirror_engine-2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mirror-engine\nVersion: 2\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(POINTS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("mirror_engine", None)


@pytest.mark.usefixtures("installed")
def test_an_announced_engine_is_found_and_reads() -> None:
    assert {"mirror", "hollow", "paddleocr", "pp-ocrv5-mobile"} <= set(engines.names())
    engine = engines.engine("mirror")
    assert (engine.name, engine.version, engine.family) == ("mirror", "2", "mirror")
    assert [reading.text for reading in engine.read([None], ["digits"])] == ["1"]


@pytest.mark.usefixtures("installed")
def test_what_is_no_engine_is_refused() -> None:
    with pytest.raises(UnknownEngine):
        engines.engine("hollow")
    with pytest.raises(UnknownEngine) as caught:
        engines.engine("nowhere")
    assert "mirror" in str(caught.value)


@pytest.mark.usefixtures("installed")
def test_settings_choose_the_engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TODOKE_ENGINE", "mirror")
    monkeypatch.setenv("TODOKE_SECOND_ENGINE", "mirror")
    monkeypatch.setenv("TODOKE_SECOND_BELOW", "0.8")
    said = default.make_reader(directory=tmp_path)._second
    assert said is not None and said.engine.name == "mirror" and said.below == 0.8


def test_without_its_weights_there_is_no_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TODOKE_SECOND_ENGINE", raising=False)
    assert default.make_reader(directory=tmp_path)._second is None


@pytest.mark.parametrize("share", ["2", "-0.1", "some", "nan"])
def test_a_share_that_is_none_is_refused(share: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TODOKE_SECOND_ENGINE", "paddleocr")
    monkeypatch.setenv("TODOKE_SECOND_SAMPLE", share)
    with pytest.raises(BadEngineSetting):
        default.make_reader(directory=tmp_path)
