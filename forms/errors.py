"""The error base for the rooms that never import storage (ocr)."""

from storage.errors import TodokeError

__all__ = ["TodokeError"]
