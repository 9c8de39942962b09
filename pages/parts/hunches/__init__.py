"""Parts of the screen `pages/hunches.py`."""
