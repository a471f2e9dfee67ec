"""Anchoring: how a quote finds its place in an article (ANCHORING.md).

`text` reads tokens as a reader does, `fold` makes two ways of typing comparable, `find` gives the
span of a target, `explain` words what went wrong, `mark` writes the spans back into the tokens.
"""
