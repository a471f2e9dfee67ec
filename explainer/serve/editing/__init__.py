"""What the page asks for when its reader annotates: requests as JSON → answers as JSON.

| request | takes → gives |
|---|---|
| `page` | an article's address → its annotations as they are written, and what may be cited |
| `target` | a selection → the quote, prefix and suffix that would be written |
| `add` | a note, claim or question, and new sources → where it was written |
| `edit` | an annotation's text → where it was written |
| `undo` | → the file as it was before the last step, byte for byte |

Nothing is written but an article's annotation file, in the site's folder `content`; not if the file
differs from the one that the page knows; and not if the result would have an error that the old
file did not have. The caller has checked that the request comes from a page of this server.
"""
