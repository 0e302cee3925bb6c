"""How quick the register is: filling it, searching it, and checking filings against it.

    python -m benchmarks.register_search                 # 5,000 persons on SQLite
    python -m benchmarks.register_search --persons 20000 --url postgresql+psycopg://...

Prints seconds for filling, and median and 95th percentile in milliseconds a search, for each way to be found, with the
share of searches that put the right person first.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

from api.synth.register import person_row, write_world
from api.synth.world import World
from storage.keys import Keyring
from storage.session import Database
from storage.tables import Base
from storage.work import Work
from validators.register.find import find
from validators.register.rows import PersonRow
from validators.register.search import search
from validators.register.weigh import Identity

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
LARGE = str.maketrans("ョッャュ", "ヨツヤユ")
Wanted = Callable[[PersonRow], Identity]


def three(row: PersonRow) -> Identity:
    """Name, birth and sex."""
    return Identity(row.name_kana, row.name_kanji, row.birth, row.sex)


def misread(birth: date) -> date:
    """The last figure of the day read as another."""
    tens, units = divmod(birth.day, 10)
    if birth.day > 28:
        return birth.replace(day=28)
    return birth.replace(day=tens * 10 + (units % 8 + 1 if tens < 2 else 0 if units else 1))


WAYS: dict[str, Wanted] = {
    "My Number": lambda row: replace(three(row), my_number=row.my_number),
    "name, birth, sex": three,
    "order exchanged, small kana large": lambda row: replace(
        three(row), name_kana="　".join(reversed(row.name_kana.translate(LARGE).split("　"))), name_kanji=""
    ),
    "another surname": lambda row: replace(
        three(row),
        name_kana="ベップ　" + row.name_kana.split("　")[-1],
        name_kanji="別府　" + row.name_kanji.split("　")[-1],
    ),
    "birth date one digit wrong": lambda row: replace(three(row), birth=misread(row.birth)),
    "nobody": lambda _: Identity("ナイトウ　ゾンザイ", "無藤　存在", date(1950, 1, 1), "1"),
}  # fmt: skip


@contextmanager
def opened(url: str | None) -> Iterator[Database]:
    """An empty database with all tables: the one named, or SQLite in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(url or f"sqlite:///{folder}/register.sqlite")
        Base.metadata.create_all(database.engine)
        yield database
        database.close()


def main() -> None:
    """Fill, search, print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--persons", type=int, default=5000)
    ask.add_argument("--offices", type=int, default=60)
    ask.add_argument("--searches", type=int, default=200)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--url", help="an empty database; SQLite in a temporary folder if not given")
    given = ask.parse_args()
    keys = Keyring(os.urandom(32))
    world = World(str(given.seed), persons=given.persons, offices=given.offices)
    with opened(given.url) as database:
        began = time.perf_counter()
        with database.writing() as session:
            keys.prepare(session)
            counts = write_world(Work(session, keys, NOW, "system:benchmark"), world)
        print(f"filled with {counts} in {time.perf_counter() - began:.1f} s")
        people = [person_row(person) for standing in world.standings() for person in standing.household.persons]
        chosen = random.Random(given.seed).sample(people, min(given.searches, len(people)))
        with database.reading() as session:
            work = Work(session, keys, NOW, "system:benchmark")
            for way, wanted in WAYS.items():
                measure(way, chosen, lambda row, wanted=wanted: right_first(work, row, wanted(row)))  # type: ignore[misc]
            measure("one line: kana", chosen, lambda row: bool(find(work, row.name_kana).persons))


def right_first(work: Work, row: PersonRow, wanted: Identity) -> bool:
    """True if the first candidate is the person looked for."""
    found = search(work, wanted)
    return bool(found) and (found[0].person.name_kanji, found[0].person.birth) == (row.name_kanji, row.birth)


def measure(way: str, chosen: list[PersonRow], once: Callable[[PersonRow], bool]) -> None:
    """Print one line."""
    took, right = [], 0
    for row in chosen:
        began = time.perf_counter()
        right += once(row)
        took.append((time.perf_counter() - began) * 1000)
    high = statistics.quantiles(took, n=20)[-1]
    print(f"{way:36} median {statistics.median(took):7.2f} ms   95 % {high:7.2f} ms   found {right}/{len(chosen)}")


if __name__ == "__main__":
    main()
