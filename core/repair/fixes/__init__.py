"""The fixes, one per file. `core.repair.fixes()` finds every file here."""
