"""The changes that hunches test, one file each. A new file here is found by `core.hunches.hunches()`."""
