"""The flaws that can be planted, one file each. A new file here is found by `core.flaws.names()`."""
