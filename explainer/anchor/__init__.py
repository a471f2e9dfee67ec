"""Anchoring: find the place of a quote in an article (docs/anchoring.md).

`text` extracts from tokens the text that readers see. `normalize` removes differences in typing.
`find` returns the span of a target, and `explain` describes why there is none. `select` turns a
selection made elsewhere into a target. `mark` inserts the spans into the tokens.
"""
