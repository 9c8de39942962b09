"""The kinds of acceptance check, one file each. A new file here is found by `core.acceptance.check_kinds()`."""
