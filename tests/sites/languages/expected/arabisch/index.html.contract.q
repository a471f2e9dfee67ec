<q dir="ltr" lang="de">kein Gespräch</q>
