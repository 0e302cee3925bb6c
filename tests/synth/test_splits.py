"""Train, calibrate and test share no face, no hand and no word, and a quarter of the words are in no list."""

from __future__ import annotations

import csv

import pytest

from api.synth import cast
from api.synth.fonts import faces, table
from api.synth.names import DATA, _rows, listed
from api.synth.produce import produce, truth_of
from api.synth.splits import SPLITS, split_of, within
from api.synth.unseen import is_unseen
from api.synth.world import World
from forms import catalogue
from tests.synth.conftest import AS_OF, order

LISTS = ("surnames", "given_male", "given_female", "surnames_variant", "buildings", "foreign")
INVENTED = ("surnames", "given_male", "given_female", "towns", "offices")


@pytest.fixture(scope="module")
def worlds():
    """The households and offices of a small world of each split."""
    found = {}
    for split in SPLITS:
        world = World(f"{split}/s", 900, 60, AS_OF, split)
        found[split] = (list(world.standings()), list(world.all_offices()))
    return found


def test_every_face_belongs_to_one_split_with_its_whole_family():
    families = {}
    for row in table().values():
        assert row["split"] in SPLITS and row["style"] in {"print", "hand"}
        families.setdefault((row["style"], row["family"]), set()).add(row["split"])
    assert all(len(splits) == 1 for splits in families.values())
    assert {split for splits in families.values() for split in splits} == set(SPLITS)
    for style in ("print", "hand"):
        found = [{face.name for face in faces(style, split)} for split in SPLITS]
        assert all(found)
        assert not (found[0] & found[1] or found[0] & found[2] or found[1] & found[2])


def test_packages_are_pinned_and_known():
    with (DATA / "font_packages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = {row["package"]: name for name, row in table().items() if row["package"].startswith("npm:")}
    assert {f"npm:{row['package']}": row["file"] for row in rows} == wanted
    assert all(row["integrity"].startswith("sha512-") and row["version"] for row in rows)


@pytest.mark.parametrize("name", LISTS)
def test_words_fall_to_one_split_each(name):
    rows = _rows(f"{name}.csv")
    parts = [listed(f"{name}.csv", split) for split in SPLITS]
    assert sorted(row for part in parts for row in part) == sorted(rows)
    assert all(parts)
    assert within(rows, None) == rows


def test_the_digest_that_splits_never_changes():
    assert [split_of(word) for word in ("佐藤", "鈴木", "高橋", "田中", "渡辺")] == [
        "calibrate",
        "calibrate",
        "calibrate",
        "test",
        "train",
    ]


def test_people_of_two_splits_share_no_name_and_no_town(worlds):
    names, towns, companies = {}, {}, {}
    for split, (standings, offices) in worlds.items():
        people = [person for standing in standings for person in standing.household.persons]
        names[split] = {word for each in people if not each.name.nationality for word in (each.name.sei, each.name.mei)}
        numbers = {each.my_number for each in people}
        towns[split] = {each.address.text for each in people} | numbers
        companies[split] = {each.name for each in offices} | {each.ref for each in offices}
    for found in (names, towns, companies):
        assert not found["train"] & found["test"]
        assert not found["calibrate"] & found["test"]
        assert not found["train"] & found["calibrate"]


def test_a_quarter_of_names_towns_and_companies_is_in_no_list(worlds):
    for standings, offices in worlds.values():
        people = [p for s in standings for p in s.household.persons if p.part == "head" and not p.name.nationality]
        assert sum(is_unseen("kanji", each.name.kanji) for each in people) >= 0.25 * len(people)
        assert sum(is_unseen("address", each.address.text) for each in people) >= 0.2 * len(people)
        assert sum(is_unseen("text", each.name) for each in offices) >= 0.25 * len(offices)


@pytest.mark.parametrize("name", INVENTED)
def test_invented_words_are_in_none_of_our_lists(name):
    invented = {row[0] for row in _rows(f"unseen_{name}.csv")}
    known = {row[0] for each in LISTS for row in _rows(f"{each}.csv")}
    assert len(invented) >= 150
    assert not invented & known
    counts = [len(listed(f"unseen_{name}.csv", split)) for split in SPLITS]
    assert min(counts) >= 30


def test_unknown_words_are_told_from_known_ones():
    surname, kana, rare = _rows("unseen_surnames.csv")[0]
    assert is_unseen("kanji", f"{surname}　一郎") and not is_unseen("kanji", "佐藤　一郎")
    assert is_unseen("kana", f"{kana}　イチロウ") is (rare == "1")
    assert is_unseen("text", f"株式会社{surname}商店") and not is_unseen("text", "株式会社佐藤商店")
    assert not is_unseen("digits", "12345")


def test_the_truth_of_a_split_says_who_wrote_and_what_no_list_has():
    asked = order("acquisition", 4, "who", style="hand", degrade="clean", split="test")
    form, writers, unseen = catalogue.form("acquisition"), set(), 0
    for made in produce(asked):
        for page in truth_of(asked, form, made)["pages"]:
            assert page["writer"] in cast.names("hand", "test")
            assert all(is_unseen(form.field(key).type, page["fields"][key]) for key in page["unseen"])
            writers.add(page["writer"])
            unseen += len(page["unseen"])
    assert len(writers) == 4
    assert unseen


def test_mixed_sheets_name_the_writer_of_each_block():
    asked = order("acquisition", 6, "blocks", style="mixed", degrade="clean", split="calibrate")
    form = catalogue.form("acquisition")
    pages = [page for made in produce(asked) for page in truth_of(asked, form, made)["pages"]]
    several = [page for page in pages if "writers" in page]
    assert several
    for page in several:
        assert set(page["writers"]) == {block.id for block in form.blocks}
        assert page["writer"] == "+".join(sorted(set(page["writers"].values())))


def test_a_writer_is_the_same_in_every_order():
    name = cast.names("hand", "test")[0]
    assert cast.writer(name) == cast.writer.__wrapped__(name)
    assert cast.writer(name).name == name and cast.writer(name).split == "test"


@pytest.mark.parametrize("split", SPLITS)
def test_every_writer_has_a_turn_before_one_comes_twice(split):
    known = cast.names("hand", split)
    step = cast._stride(len(known))
    assert len({place * step % len(known) for place in range(len(known))}) == len(known)
