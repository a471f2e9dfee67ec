"""Check a site: problems of the build, advice of a careful editor, and dead links."""
