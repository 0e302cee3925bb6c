"""The register: persons, offices and dated rows, and finding a person in it."""
