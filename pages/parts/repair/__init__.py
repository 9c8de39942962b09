"""Parts of the screen `pages/repair.py`."""
