"""The changes that hunches test, one per file. `core.hunches.hunches()` finds every file here."""
