"""The commands of `python -m core`, one per file."""
