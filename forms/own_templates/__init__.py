"""A clerk's own Word template: examined on the way in, shown beside the built-in paper, kept with its hash and first day."""
