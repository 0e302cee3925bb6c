"""Makes the pages of docs/reference/ that can be read off the code: `python -m scripts.reference`."""
