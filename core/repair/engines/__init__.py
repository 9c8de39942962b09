"""Machinery that fixes share: layers put before a network, heads, region edits, training settings."""
