"""The compose file, the image and the scripts fit the settings and commands that there are."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.reference.commands import parser_of
from storage.master import load_master
from storage.settings import Settings, load_settings
from tests.docs.pages import ROOT
from tests.servers import S3Server

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


def command_of(service: dict[str, Any]) -> list[str]:
    if service.get("entrypoint"):
        return []
    if service.get("command"):
        return list(service["command"])
    found = re.search(r"^CMD \[(.*)\]$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    return [word.strip().strip('"') for word in found[1].split(",")]


@pytest.mark.parametrize("name", OURS)
def test_settings_are_settings(name):
    names = {variable.removeprefix("TODOKE_").lower() for variable in OURS[name]["environment"]}
    assert names <= set(Settings.model_fields)


def test_the_image_sets_settings():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    names = {variable.lower() for variable in re.findall(r"TODOKE_(\w+)=", text)}
    assert names and names <= set(Settings.model_fields)


@pytest.mark.parametrize("name", OURS)
def test_commands_are_commands(name):
    words = command_of(OURS[name])
    if words:
        parser_of(words[0]).parse_args(words[1:])
    else:
        assert (ROOT / OURS[name]["entrypoint"][-1]).exists()


def test_what_is_named_is_there():
    for service in COMPOSE["services"].values():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        assert set(service.get("depends_on", {})) <= set(COMPOSE["services"])
        mounted = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert mounted <= set(COMPOSE["volumes"])


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script in it, after it ran twice."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/secrets.sh", tmp_path / "scripts")
    run = ["sh", str(tmp_path / "scripts/secrets.sh")]
    subprocess.run(run, check=True, capture_output=True)
    before = {path.name: path.read_bytes() for path in (tmp_path / "secrets").iterdir()}
    subprocess.run(run, check=True, capture_output=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "secrets").iterdir()} == before
    return tmp_path


def test_the_secrets_can_be_used(checkout):
    for secret in COMPOSE["secrets"].values():
        assert (checkout / secret["file"]).exists()
    assert stat.S_IMODE((checkout / "secrets").stat().st_mode) == 0o700
    assert len(load_master(checkout / "secrets/master_key")) == 32
    told = dict(line.split("=") for line in (checkout / ".env").read_text().splitlines())
    assert int(told["TODOKE_UID"]) == (checkout / "secrets/master_key").stat().st_uid != 0
    environment = dict(OURS["web"]["environment"])
    given = {
        name.removeprefix("TODOKE_").lower(): str(value).replace("/run/secrets", str(checkout / "secrets"))
        for name, value in environment.items()
    }
    settings = load_settings(data_dir=checkout / "data", **given)
    assert settings.s3_access_key.get_secret_value() in (checkout / "secrets/s3.json").read_text()
    assert len(settings.s3_secret_key.get_secret_value()) == 64


@pytest.mark.s3
def test_the_bucket_is_made_once(s3_server: S3Server, tmp_path: Path):
    told = {**s3_server.bucket(), "s3_bucket": "made-by-the-script", "blob_store": "s3", "data_dir": tmp_path}
    env = os.environ | {f"TODOKE_{name.upper()}": str(value) for name, value in told.items()}
    env |= {"TODOKE_KEY_FILE": str(tmp_path.parent / "master.key"), "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "scripts/bucket.py"]
    first = subprocess.run(run, check=True, capture_output=True, text=True, env=env, cwd=ROOT)
    again = subprocess.run(run, check=True, capture_output=True, text=True, env=env, cwd=ROOT)
    assert "made-by-the-script made" in first.stderr
    assert again.stderr == ""
