"""Notices: the letters that a decision sends to the office that filed, bound to that addressee."""
