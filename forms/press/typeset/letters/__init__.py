"""What stands inside a paragraph: text and its looks, fields, images, ruby."""
