"""Parts of the screen `pages/guide.py`."""
