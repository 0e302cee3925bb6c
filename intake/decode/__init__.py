"""Turns hostile files into page images, in processes that may die; nothing heavy is imported here."""
