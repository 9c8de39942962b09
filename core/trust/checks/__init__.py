"""The checks of the trust badge, one file each."""
