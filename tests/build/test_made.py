"""Articles pass from one process to another."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest

from explainer.article.context import ArticleContext, ArticleResult
from explainer.build import store
from explainer.build.faces import HeldArticle, Packed, digests_of, pack_face, unpacked
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.article import Article, LaterBody, Notes, Reference
from explainer.model.documents import RoutedDocument
from explainer.support.spool import Held, Spool
from tests import ROOT

SITES = ("drafts-and-future", "languages", "ratings-and-disclaimers", "thirty")


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("name", SITES)
def test_an_article_arrives_as_it_was_made(
    name: str, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[tuple[RoutedDocument, ArticleResult, object]] = []
    make = store.make_article

    def made(document: RoutedDocument, context: ArticleContext) -> ArticleResult:
        one = make(document, context)
        sent = pack_face(one) if kept else one
        passed.append((document, one, pickle.loads(pickle.dumps(sent))))
        return one

    monkeypatch.setattr(store, "make_article", made)
    shutil.copytree(ROOT / "tests/sites" / name, tmp_path / name)
    assert not build_site(tmp_path / name, BuildOptions(jobs=1, kept=kept)).failed
    assert passed
    for document, sent, arrived in passed:
        if isinstance(arrived, Packed):
            result = unpacked(arrived.face, document, HeldArticle(Held(arrived.whole)))
            assert digests_of(result) == arrived.digests
            assert result.article.left_out == sent.article.left_out
            assert result.queries == sent.queries
            arrived = result
        assert isinstance(arrived, ArticleResult)
        assert isinstance(arrived.article.body, LaterBody) == kept
        same = {"left_out": sent.article.left_out}
        article = arrived.article.whole
        assert {**fields_of(article), **same} == {**fields_of(sent.article), **same}
        annotations = {id(each) for each in article.annotations}
        for part in article.body:
            if isinstance(part, Reference):
                assert id(part.annotation) in annotations
            if isinstance(part, Notes):
                assert annotations.issuperset(map(id, part.annotations))


def fields_of(article: Article) -> dict[str, object]:
    return {name: getattr(article, name) for name in Article.__slots__}


@pytest.mark.parametrize("where", ["", "gone", None])
def test_bytes_wait_outside_of_memory(tmp_path: Path, where: str | None) -> None:
    spool = Spool(None if where is None else tmp_path / where)
    texts = [b"one", b"", b"three" * 1000]
    held = [spool.put(text) for text in texts]
    assert [each.read() for each in held] == texts
    assert [each.read() for each in pickle.loads(pickle.dumps(held))] == texts
    assert not [*tmp_path.iterdir()]
