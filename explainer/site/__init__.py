"""The files, addresses, navigation, and index of a site (docs/format.md, "A site")."""
