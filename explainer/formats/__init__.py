"""The formats that machines read: one file a format, each a function of values."""
