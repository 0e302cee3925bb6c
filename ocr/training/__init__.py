"""How the cell classifier is made; nothing here runs in the product, and torch is installed apart."""
