"""Bringing one's own network and pictures, on Home and under Data."""
