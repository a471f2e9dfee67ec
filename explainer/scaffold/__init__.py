"""What `new`, `add` and `theme --copy` write."""
