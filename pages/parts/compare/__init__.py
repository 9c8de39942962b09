"""Parts of the screen `pages/compare.py`."""
