"""Settings: defaults that work, secrets that are none refused."""

import pytest

from storage.settings import BadSettings, load_settings

S3 = {"blob_store": "s3", "s3_endpoint": "s3:8333", "s3_bucket": "todoke", "s3_access_key": "AKTODOKE1"}


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    import os

    for name in list(os.environ):
        if name.startswith("TODOKE_"):
            monkeypatch.delenv(name)


def test_defaults_keep_everything_in_one_place_but_the_key(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.database_url == f"sqlite:///{tmp_path}/var/todoke.sqlite"
    assert settings.blobs_dir == tmp_path / "var/blobs"
    assert not settings.key_file.is_relative_to(settings.data_dir)
    assert settings.max_file_bytes == 200_000_000 and settings.max_page_pixels == 200_000_000
    assert settings.training is False


def test_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("TODOKE_TRAINING", "true")
    monkeypatch.setenv("TODOKE_PORT", "8123")
    monkeypatch.setenv("TODOKE_DATA_DIR", str(tmp_path))
    settings = load_settings()
    assert (settings.training, settings.port, settings.data_dir) == (True, 8123, tmp_path)


def test_key_inside_the_data_is_refused(tmp_path):
    with pytest.raises(BadSettings, match="TODOKE_KEY_FILE"):
        load_settings(data_dir=tmp_path, key_file=tmp_path / "k" / "master.key")


@pytest.mark.parametrize("secret", ["", "minioadmin", "Password", "changeme"])
def test_known_secrets_are_refused(secret):
    with pytest.raises(BadSettings, match="s3_secret_key"):
        load_settings(**S3, s3_secret_key=secret)
    with pytest.raises(BadSettings, match="database_password"):
        load_settings(database_url=f"postgresql://todoke:{secret}@db/todoke")


def test_secrets_from_files(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("c0rrect-horse\n")
    settings = load_settings(
        **S3, s3_secret_key_file=secret, database_url="postgresql://todoke@db/todoke", database_password_file=secret
    )
    assert settings.s3_secret_key.get_secret_value() == "c0rrect-horse"
    assert settings.database_url == "postgresql+psycopg://todoke:c0rrect-horse@db/todoke"
    assert "c0rrect" not in repr(settings.s3_secret_key)


def test_s3_needs_its_parts():
    with pytest.raises(BadSettings, match="s3_endpoint, s3_bucket"):
        load_settings(blob_store="s3")


def test_nonsense_is_named(monkeypatch):
    with pytest.raises(BadSettings, match="max_pages"):
        load_settings(max_pages=0)
    with pytest.raises(BadSettings, match="no_such_setting"):
        load_settings(no_such_setting=1)


def test_every_setting_is_in_the_reference():
    from pathlib import Path

    from storage.settings import Settings

    page = (Path(__file__).parents[2] / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`{name}`" not in page] == []


def test_nobody_is_believed_by_default_or_by_a_star():
    """Who may write X-Forwarded-For chooses the address that his failed sign-ins count for."""
    assert load_settings().trusted_proxies == "127.0.0.1"
    assert load_settings(trusted_proxies="10.0.0.1,10.0.0.2").trusted_proxies == "10.0.0.1,10.0.0.2"
    for everybody in ("*", "127.0.0.1, *"):
        with pytest.raises(BadSettings, match="trusted_proxies"):
            load_settings(trusted_proxies=everybody)
