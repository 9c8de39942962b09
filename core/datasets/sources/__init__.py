"""The data sets that `load` knows by name, one per file. `core.datasets.names()` finds every file here."""
