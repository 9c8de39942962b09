"""Image operations that several packages share: masks, compositing, colours, stickers and donors."""
