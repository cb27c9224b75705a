"""Paragraphs: their shape, the letters in them, the borders around them."""
