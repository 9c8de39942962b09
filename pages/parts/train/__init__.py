"""Parts of the screen `pages/train.py`."""
