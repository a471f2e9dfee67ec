"""A site's folder: files, addresses, navigation, and the index (docs/format.md, "A site")."""
