"""The pages of a site: each a function of the context and of what the page shows.

Every template gets `site` (`context.SiteView`), `page` (`page_view.PageView`) and `words` (`Words`
of the page's language), and by its name:

| template | besides | its page |
|---|---|---|
| `article.html` | `view`: `ArticleView` | an article |
| `claim.html` | `entry`: `LedgerEntry` | a claim's own |
| `home.html` | `view`: `ArticleView` or None; `teasers`: `Teaser`s; `older`: `lists.YearGroup`s; \
`pages`: `Article`s; `claims`: the newest `ClaimRef`s; `count`, `all_claims`: how many articles \
and claims there are | `/` |
| `claims.html` | `claims`: `ClaimRef`s; `tally`: `TallyPart`s; `groups`: `lists.ClaimGroup`s; \
`filters`: `lists.Filter`s | `/claims/` |
| `sources.html` | `sources`: `IndexedSource`s; `groups`: `lists.SourceGroup`s; \
`filters`: `lists.Filter`s; `primary`, `not_archived`: how many are so | `/sources/` |
| `people.html` | `people`: `PersonEntry`s | `/people/` |
| `person.html` | `person`: `PersonEntry` | `/people/ID/` |
| `topics.html` | `topics`: `TopicEntry`s | `/topics/` |
| `topic.html` | `topic`: `model.site.Topic`; `tally`: `TallyPart`s; `teasers`: `Teaser`s | \
`/topics/SLUG/` |
| `search.html` | `genres`: ids; `ratings`: `Rating`s that claims have | `/search/` |
| `404.html` | – | `/404.html` |
| `redirect.html` | `target`: an address | an article's older address |

`badge.html`, which gives a rating's badge once for each language, gets `rating` and `words` alone.
The dataclasses named here are in `views.py`, `lists.py` and the model; they are all that a template
sees.
"""
