"""Parts of the screen `pages/insight.py`."""
