"""Parts of the screen `pages/data.py`."""
