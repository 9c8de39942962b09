"""The attribution methods, one file each. A new file here is found by `core.attribution.methods()`."""
