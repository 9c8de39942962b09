"""Parts of the screen `pages/features.py`."""
