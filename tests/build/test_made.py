"""Articles pass from one process to another."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest

from explainer.build import store
from explainer.build.faces import Made
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.article import Notes, Reference
from tests import ROOT

SITES = ("drafts-and-future", "languages", "ratings-and-disclaimers", "thirty")


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("name", SITES)
def test_an_article_arrives_as_it_was_made(
    name: str, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[tuple[Made, Made]] = []
    make = store._make_one

    def made(*of: object) -> Made:
        one = make(*of)  # type: ignore[arg-type]
        passed.append((one, pickle.loads(pickle.dumps(one))))
        return one

    monkeypatch.setattr(store, "_make_one", made)
    shutil.copytree(ROOT / "tests/sites" / name, tmp_path / name)
    assert not build_site(tmp_path / name, BuildOptions(jobs=1, kept=kept)).failed
    assert passed
    for sent, arrived in passed:
        assert arrived.result == sent.result
        assert arrived.packed == sent.packed
        assert (sent.packed is not None) == kept
        annotations = {id(each) for each in arrived.result.article.annotations}
        for part in arrived.result.article.body:
            if isinstance(part, Reference):
                assert id(part.annotation) in annotations
            if isinstance(part, Notes):
                assert annotations.issuperset(map(id, part.annotations))
