"""The chain of what was done: its types, its links, its daily digest and its proof."""
