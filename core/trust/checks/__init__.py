"""The checks of the trust badge, one per file."""
