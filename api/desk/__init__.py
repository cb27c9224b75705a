"""The desk: papers found, filled by hand, seen and issued in a browser, with scripts and without.

look        the parts of every page: filters and globals of the templates
finding     forms by word, number, authority, purpose
following   boxes that wait for an answer
steps       a form cut into pages of at most twelve boxes
dates       a day in boxes of its own, or typed whole
widgets     what stands in the boxes of a field: taken from a page, made a record's value, shown again
filled      the typed answers of a draft and the record they make
asked       which boxes are shown, and what is said at each
saving      what a page sends is taken over
shown       how far each step has come
drafts      where drafts are kept
judged      a draft's verdict, its confirmations, the paper issued
picture     the paper as it would look, page by page
door        the desk opened: *_pages
"""
