"""The shared fixtures are real servers."""

import sqlalchemy as sa

from storage.tables import AuditHead


def test_database_has_tables_and_heads(any_database):
    with any_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AuditHead)) == 16


def test_s3_answers(s3_settings):
    assert s3_settings.s3_bucket.startswith("t-")


def test_valkey_answers(valkey_url):
    import redis

    client = redis.Redis.from_url(valkey_url)
    assert client.ping() is True
    assert client.config_get("appendonly")["appendonly"] == "yes"
    client.close()
