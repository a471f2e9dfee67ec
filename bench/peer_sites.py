"""Write our benchmark site as a site of another generator, with the same notes in its articles.

An article becomes Markdown with a footnote for each annotation, at the first word of its quote, and
a list of its sources. Each site has a page for each article and topic, lists of all articles and
topics, a feed, and a sitemap.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

NO_SEARCH = "\n[search]\nenabled = false\n"
PLAIN = f"{NO_SEARCH}\n[images]\ncards = false\nsizes = false\n"
SETTINGS = {"plain": PLAIN, "cards": NO_SEARCH, "all": ""}
"""By name of what is measured: what our site's settings get."""

TITLE = "Benchmark"
URL = "https://example.org/"


def hugo(ours: Path, theirs: Path) -> None:
    """Write a Hugo site."""
    write_articles(ours, theirs)
    settings = {"baseURL": URL, "title": TITLE}
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    lines += ["[taxonomies]", 'topic = "topics"', "[services.rss]", "limit = 20"]
    (theirs / "hugo.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    layouts = theirs / "layouts/_default"
    layouts.mkdir(parents=True)
    for name, text in HUGO.items():
        (layouts / name).write_text(text, encoding="utf-8")
    (theirs / "static").mkdir()
    (theirs / "static/style.css").write_text(STYLE, encoding="utf-8")


def eleventy(ours: Path, theirs: Path, modules: Path) -> None:
    """Write an Eleventy site. `modules` is the folder of its packages."""
    write_articles(ours, theirs)
    content = theirs / "content"
    (content / "_includes").mkdir()
    for name, text in ELEVENTY.items():
        (content / name).write_text(text, encoding="utf-8")
    shared = {"layout": "article.njk", "tags": ["articles"]}
    (content / "content.11tydata.json").write_text(json.dumps(shared), encoding="utf-8")
    (content / "style.css").write_text(STYLE, encoding="utf-8")
    (theirs / "eleventy.config.mjs").write_text(CONFIG, encoding="utf-8")
    (theirs / "node_modules").symlink_to(modules)


def write_articles(ours: Path, theirs: Path) -> None:
    """Write the Markdown of every article."""
    (theirs / "content").mkdir(parents=True)
    for file in sorted((ours / "content").glob("*.md")):
        data = yaml.load(file.with_suffix(".yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)
        text = with_notes(file.read_text(encoding="utf-8"), data)
        (theirs / "content" / file.name).write_text(text, encoding="utf-8")


def with_notes(text: str, data: dict[str, Any]) -> str:
    """Return an article's Markdown with its annotations as footnotes, and a list of its sources."""
    notes = []
    for kind in ("claims", "notes", "questions"):
        for number, entry in enumerate(data[kind]):
            name, first = f"{kind}-{number}", entry["quote"].split()[0]
            text = re.sub(rf"\b{first}\b", rf"{first}[^{name}]", text, count=1)
            paragraphs = note(kind, entry, data["sources"])
            notes.append(f"[^{name}]: " + "\n\n    ".join(paragraphs))
    sources = "\n".join(f"- {named(source)}" for source in data["sources"].values())
    return f"{text}\n## Sources\n\n{sources}\n\n" + "\n\n".join(notes) + "\n"


def note(kind: str, entry: dict[str, Any], sources: dict[str, Any]) -> list[str]:
    """Return the paragraphs of an annotation."""
    if kind == "questions":
        return [f"**Open question.** {entry['question']}", f"Checked on {entry['checked']}."]
    if kind == "notes":
        cited = ", ".join(named(sources[name]) for name in entry["sources"])
        return [f"**{entry['kind'].capitalize()}.** {entry['note']}", f"Source: {cited}"]
    evidence = [
        f"- {one['stance']}: {named(sources[one['source']])}"
        + (f" “{one['quote']}”" if "quote" in one else "")
        for one in entry["evidence"]
    ]
    return [
        f"**Claim by {entry['by']} on {entry['date']}:** {entry['claim']}",
        f"**{entry['rating'].replace('-', ' ').capitalize()}.** {entry['review'].strip()}",
        "\n    ".join(evidence),
        f"Checked on {entry['checked']}.",
    ]


def named(source: dict[str, Any]) -> str:
    return f"[{source['title']}]({source['url']}), {source['publisher']}, {source['date']}"


STYLE = "body { max-width: 40em; margin: auto; font: 1.1em/1.5 serif; }\n"

_TOP = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} · Benchmark</title>
<meta name="description" content="{about}">
<link rel="canonical" href="{url}">
<meta property="og:title" content="{title}">
<meta property="og:url" content="{url}">
<link rel="alternate" type="application/rss+xml" href="/index.xml">
<link rel="stylesheet" href="/style.css"></head>
<body><header><a href="/">Benchmark</a> <nav><a href="/topics/">Topics</a></nav></header>
<main>
"""
_END = "</main>\n<footer>Benchmark, by Nobody. <a href='/index.xml'>Feed</a></footer></body></html>"

_HUGO_TOP = _TOP.format(
    title="{{ .Title }}", about="{{ plainify .Summary }}", url="{{ .Permalink }}"
)
_HUGO_LIST = """<h1>{{ .Title }}</h1><ul>
{{ range .Pages.ByDate.Reverse }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>
{{ .Date.Format "2 January 2006" }}</li>{{ end }}</ul>
"""
HUGO = {
    "single.html": _HUGO_TOP
    + """<h1>{{ .Title }}</h1>
<p><time>{{ .Date.Format "2 January 2006" }}</time> {{ range .GetTerms "topics" }}
<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }} {{ .ReadingTime }} minutes</p>
{{ .TableOfContents }}
{{ .Content }}
"""
    + _END,
    "list.html": _HUGO_TOP + _HUGO_LIST + _END,
}

_NJK_TOP = _TOP.format(
    title="{{ title }}",
    about="{{ title }}",
    url=URL.rstrip("/") + "{{ page.url }}",
)
_NJK_LIST = """<h1>{{ title }}</h1><ul>
{% for each in LIST | reverse %}<li><a href="{{ each.url }}">{{ each.data.title }}</a>
{{ each.date | day }}</li>{% endfor %}</ul>
"""
_NJK_HEAD = "---\nlayout: false\ntags: []\neleventyExcludeFromCollections: true\n"
ELEVENTY = {
    "_includes/article.njk": _NJK_TOP
    + """<h1>{{ title }}</h1>
<p><time>{{ date | day }}</time> {% for name in topics %}
<a href="/topics/{{ name | slugify }}/">{{ name }}</a>{% endfor %}</p>
{{ content | safe }}
"""
    + _END,
    "index.njk": _NJK_HEAD
    + "title: Benchmark\n---\n"
    + _NJK_TOP
    + _NJK_LIST.replace("LIST", "collections.articles")
    + _END,
    "topics.njk": _NJK_HEAD
    + "title: Topics\npermalink: /topics/\n---\n"
    + _NJK_TOP
    + """<h1>Topics</h1><ul>{% for name, all in collections.byTopic %}
<li><a href="/topics/{{ name | slugify }}/">{{ name }}</a></li>{% endfor %}</ul>
"""
    + _END,
    "topic.njk": _NJK_HEAD
    + """pagination: {data: collections.byTopic, size: 1, alias: name}
permalink: "/topics/{{ name | slugify }}/"
title: Topic
---
"""
    + _NJK_TOP
    + _NJK_LIST.replace("LIST", "collections.byTopic[name]")
    + _END,
    "feed.njk": _NJK_HEAD
    + """permalink: /index.xml
---
<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Benchmark</title>
{% for each in collections.newest %}<item><title>{{ each.data.title }}</title>
<link>https://example.org{{ each.url }}</link></item>{% endfor %}</channel></rss>
""",
    "sitemap.njk": _NJK_HEAD
    + """permalink: /sitemap.xml
---
<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{% for each in collections.articles %}<url><loc>https://example.org{{ each.url }}</loc></url>
{% endfor %}</urlset>
""",
}
CONFIG = """import footnotes from "markdown-it-footnote";
export default (config) => {
  config.amendLibrary("md", (md) => md.use(footnotes));
  config.addPassthroughCopy("content/style.css");
  config.addFilter("day", (date) => new Date(date).toDateString());
  const all = (api) => api.getFilteredByTag("articles");
  config.addCollection("newest", (api) => all(api).slice(-20).reverse());
  config.addCollection("byTopic", (api) => {
    const topics = {};
    for (const page of all(api)) {
      for (const name of page.data.topics ?? []) (topics[name] ??= []).push(page);
    }
    return topics;
  });
  return { dir: { input: "content", output: "_site" }, markdownTemplateEngine: false };
};
"""
