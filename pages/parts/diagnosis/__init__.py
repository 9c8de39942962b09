"""Parts of the screen `pages/diagnosis.py`."""
