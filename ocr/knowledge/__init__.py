"""What is known of names, places, numbers and dates, weighed against what the readers saw; never in their place."""

from __future__ import annotations

from pathlib import Path

from ocr.knowledge.port import Fields, Heard, Knowledge, Together

__all__ = ["Fields", "Heard", "Knowledge", "Together", "usual"]


def usual(directory: Path) -> Knowledge:
    """All knowledge an installation has; `directory` holds the lexicon, which is opened at the first sheet."""
    from ocr.knowledge.addresses import Addresses
    from ocr.knowledge.lexicon import Lexicon
    from ocr.knowledge.names import Names
    from ocr.knowledge.numbers import Numbers
    from ocr.knowledge.persons import Persons
    from ocr.knowledge.terms import Terms

    lexicon = Lexicon(directory)
    return Together((Addresses(lexicon), Names(lexicon), Terms(lexicon), Persons(lexicon), Numbers()))
