"""Read and write sources as BibTeX and biblatex, the bibliography formats of LaTeX.

`syntax.py` splits a file into entries, `inherit.py` completes entries from the entries that they
refer to, `authors.py` and `latex.py` convert values to plain text, and `read.py` puts sources
together. bibtexparser finds the entries in a file, and its dependency pylatexenc parses LaTeX.

https://ctan.org/pkg/biblatex (manual, §§ 2.1 and 2.2)
"""

from explainer.exchange.bibtex.read import read
from explainer.exchange.bibtex.write import write

__all__ = ["read", "write"]
