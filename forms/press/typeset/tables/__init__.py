"""Tables: rows and cells as they are written, the lines between them, how they are set."""
