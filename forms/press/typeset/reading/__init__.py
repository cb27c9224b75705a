"""What stands in a DOCX: its body in pieces, styles, lists, settings."""
