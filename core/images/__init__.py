"""What several packages do with images: masks, cutting and pasting, colours, JPEG, donors."""
