"""Parts of the screen `pages/attribution.py`."""
