"""The keyring: scopes, tokens, disposal, and the wrong master key."""

import os

import pytest
import sqlalchemy as sa

from storage.crypto import Unsealable
from storage.keys import KeyDestroyed, Keyring, UnknownKey, WrongMaster
from storage.tables import WrappedKey


def test_values_come_back_in_another_transaction(any_database, keys):
    with any_database.writing() as session:
        key = keys.new_key(session, "filing")
        text = keys.seal(session, key, "髙﨑　𠮷男", "reading:value")
        value = keys.seal_json(session, key, {"b": [1, None], "a": "ー"}, "values")
    with any_database.reading() as session:
        assert keys.unseal(session, key, text, "reading:value") == "髙﨑　𠮷男"
        assert keys.unseal_json(session, key, value, "values") == {"a": "ー", "b": [1, None]}
        with pytest.raises(Unsealable):
            keys.unseal(session, key, text, "reading:raw")


def test_a_value_moved_to_another_key_is_refused(database, keys):
    with database.writing() as session:
        one, two = keys.new_key(session, "filing"), keys.new_key(session, "filing")
        sealed = keys.seal(session, one, "x", "c")
        with pytest.raises(Unsealable):
            keys.unseal(session, two, sealed, "c")


def test_installation_and_index_are_made_once(any_database, keys):
    for _ in range(2):
        with any_database.writing() as session:
            keys.prepare(session)
    with any_database.reading() as session:
        scopes = session.scalars(sa.select(WrappedKey.scope).order_by(WrappedKey.scope)).all()
        assert scopes == ["index", "installation"]
        assert keys.installation(session) == keys.installation(session)


def test_a_key_made_in_a_savepoint_is_gone_with_it(any_database, keys):
    """A cached id of a rolled-back key would seal values for ever under a key that exists nowhere."""
    with any_database.writing() as session:
        nested = session.begin_nested()
        lost = keys.installation(session)
        nested.rollback()
        kept = keys.installation(session)
        sealed = keys.seal(session, kept, "x", "c")
    assert lost != kept
    with any_database.reading() as session:
        assert keys.unseal(session, keys.installation(session), sealed, "c") == "x"


def test_tokens_are_stable_and_kinds_apart(database, keys):
    with database.writing() as session:
        keys.prepare(session)
        token = keys.token(session, "bpn", "1234567890")
    with database.reading() as session:
        assert keys.token(session, "bpn", "1234567890") == token
        assert keys.token(session, "my_number", "1234567890") != token
        assert len(token) == 64


def test_tokens_need_the_database_and_the_master(database, keys, tmp_path):
    """The index key is random, not derived: the key file alone says nothing about a token."""
    from storage.session import Database
    from storage.tables import Base

    other = Database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    Base.metadata.create_all(other.engine)
    tokens = []
    for each in (database, other):
        with each.writing() as session:
            keys.prepare(session)
            tokens.append(keys.token(session, "bpn", "1234567890"))
    other.close()
    assert tokens[0] != tokens[1]


def test_a_destroyed_key_is_gone_in_every_process(any_database, keys):
    with any_database.writing() as session:
        key = keys.new_key(session, "filing")
        sealed = keys.seal(session, key, "x", "c")
    with any_database.reading() as session:
        assert keys.unseal(session, key, sealed, "c") == "x"
    with any_database.writing() as session:
        keys.destroy(session, key)
        with pytest.raises(KeyDestroyed):
            keys.unseal(session, key, sealed, "c")
    with any_database.reading() as session:
        with pytest.raises(KeyDestroyed):
            keys.unseal(session, key, sealed, "c")
        row = session.get_one(WrappedKey, key)
        assert row.wrapped is None and row.destroyed_at is not None


def test_another_master_and_an_unknown_key_are_named(database, keys):
    with database.writing() as session:
        keys.prepare(session)
        key = keys.new_key(session, "batch")
    with database.reading() as session:
        with pytest.raises(WrongMaster):
            Keyring(os.urandom(32)).seal(session, key, "x", "c")
        with pytest.raises(UnknownKey):
            keys.seal(session, "0" * 32, "x", "c")


def test_nothing_of_a_key_or_value_lies_in_clear(database, keys, tmp_path):
    with database.writing() as session:
        key = keys.new_key(session, "filing")
        sealed = keys.seal(session, key, "SECRET-1234", "c")
        plain = session.info["keys"][key]
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("todoke.sqlite*"))
    assert plain not in stored and b"SECRET-1234" not in sealed
    assert key.encode() in stored
