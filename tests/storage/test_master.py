"""The key file: private, outside the data, never overwritten."""

import pytest

from storage.master import BadMaster, NoMaster, create_master, load_master


def test_made_once_and_private(tmp_path):
    path = tmp_path / "keys" / "master.key"
    key = create_master(path, data_dir=tmp_path / "var")
    assert load_master(path) == key and len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(BadMaster, match="never overwritten"):
        create_master(path)
    assert load_master(path) == key
    assert [each.name for each in path.parent.iterdir()] == ["master.key"]


def test_two_keys_differ(tmp_path):
    assert create_master(tmp_path / "a") != create_master(tmp_path / "b")


@pytest.mark.parametrize("where", ["master.key", "deep/er/master.key", "../var/master.key"])
def test_refused_inside_the_data(tmp_path, where):
    data = tmp_path / "var"
    data.mkdir()
    with pytest.raises(BadMaster, match="data directory"):
        create_master(data / where, data_dir=data)


def test_refused_through_a_link(tmp_path):
    data = tmp_path / "var"
    data.mkdir()
    (tmp_path / "alias").symlink_to(data)
    with pytest.raises(BadMaster, match="data directory"):
        create_master(tmp_path / "alias" / "master.key", data_dir=data)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_refused_when_others_may_read_it(tmp_path, mode):
    path = tmp_path / "master.key"
    create_master(path)
    path.chmod(mode)
    with pytest.raises(BadMaster, match="lets others read it"):
        load_master(path)


@pytest.mark.parametrize(
    "text", ["", "todoke-master-key-1", "todoke-master-key-1 AAAA", "todoke-master-key-1 ?", "x y"]
)
def test_refused_when_damaged(tmp_path, text):
    path = tmp_path / "master.key"
    path.touch(mode=0o600)
    path.write_text(text)
    with pytest.raises(BadMaster):
        load_master(path)


def test_missing_is_named(tmp_path):
    with pytest.raises(NoMaster, match="no key file"):
        load_master(tmp_path / "master.key")
