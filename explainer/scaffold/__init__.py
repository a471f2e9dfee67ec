"""The files that `new`, `add`, and `theme --copy` create."""
