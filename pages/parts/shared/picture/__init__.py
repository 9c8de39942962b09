"""A picture that answers to the hand: maps over it, and parts of it that are changed, in the browser.

`stage.draw` mounts it. The scripts under `script/` are plain JavaScript, joined into one module in the order of
`stage.SCRIPTS`; `encode` turns pictures, maps and masks into what they read.
"""
