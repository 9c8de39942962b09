"""Parts of the screen `app.py`."""
