"""A site's folder: files, addresses, navigation and the index across articles."""
