"""Links out of the site, for `explainer check --links`: whether what they lead to is still there.

`collect` finds them in what authors wrote, `ask` asks their hosts, `known` keeps the answers for a
while, `report` says what an author should know. Nothing here has any part in what is built.
"""
