"""A form and a record become a filled DOCX."""
