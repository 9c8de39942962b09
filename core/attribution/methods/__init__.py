"""The attribution methods, one per file. `core.attribution.methods()` finds every file here."""
