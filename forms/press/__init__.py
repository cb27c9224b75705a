"""A DOCX becomes a PDF."""
