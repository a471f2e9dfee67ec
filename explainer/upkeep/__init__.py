"""Keep annotations true while their articles change."""
