"""What fixes share: front layers, classifier heads, region edits, training settings."""
