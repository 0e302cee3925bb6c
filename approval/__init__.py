"""Decides: second readings, adjudication, review, approval, returns, posting, notices, and the clocks they run by."""
