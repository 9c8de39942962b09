"""The fixes, one file each. A new file here is found by `core.repair.fixes()`."""
