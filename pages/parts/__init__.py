"""What the screens share: frame, dials, galleries, charts, caches and links."""
