"""The server round the screens: its cookie, its own addresses, its figures, and what its operator sees."""
