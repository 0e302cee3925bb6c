"""Posting: an approved entry becomes rows of the register, exactly once, in the transaction of its decision."""
