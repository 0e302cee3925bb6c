"""Synthetic filings: invented persons, filled sheets as a scanner or fax delivers them, and the truth beside them."""
