"""Say what is issued and draw it: catalogue, entry, layout, fill, typeset, registers."""
