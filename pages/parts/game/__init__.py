"""Parts of the screen `pages/game.py`."""
