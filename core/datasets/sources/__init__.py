"""The data sets that `load` knows by name, one file each. A new file here is found by `core.datasets.names()`."""
