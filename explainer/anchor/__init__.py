"""Anchoring: how a quote finds its place in an article (docs/anchoring.md).

`text` reads tokens as a reader does, `normalize` makes two ways of typing equal, `find` gives the
span of a target, `explain` words what went wrong, `select` turns words selected elsewhere into a
target, `mark` writes the spans back into the tokens.
"""
