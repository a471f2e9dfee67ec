"""Handle the requests of a page in annotation mode: JSON in, JSON out.

| request | input → output |
|---|---|
| `page` | an article's address → its annotations as written, and the sources and people to offer |
| `target` | a selection → the quote, prefix, and suffix to write, in whole words |
| `add` | a note, claim, or question, and new sources → where it was written |
| `edit` | an annotation's text → where it was written |
| `proposals` | → the annotations that are lost or doubtful, each with where its words are now |
| `decide` | what to do with one of these: move, keep, edit, review, delete → where it was written |
| `undo` | the last step's name → the file as it was before that step, to the byte |

Only an article's annotation file in the site's `content` folder is ever written. It is not written
if it has changed since the page was loaded, or if the result would have a new error. The caller has
checked that a request comes from a page of this server.
"""
