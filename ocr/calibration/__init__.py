"""Confidence: what a reading's facts are worth, measured on labelled samples, and from where on it may be accepted."""
