"""What all screens share: frame, controls, charts, gallery, progress, style, words."""
