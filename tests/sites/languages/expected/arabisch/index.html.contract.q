<q dir="ltr" lang="de">kein Gespräch</q>
<q dir="ltr" lang="de">kein Gespräch</q>
