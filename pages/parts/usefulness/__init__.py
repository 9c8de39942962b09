"""Parts of the screen `pages/usefulness.py`."""
