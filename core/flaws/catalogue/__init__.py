"""The flaws that can be planted, one per file. `core.flaws.names()` finds every file here."""
