"""Parts of the screen `pages/trust.py`."""
