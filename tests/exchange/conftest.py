"""Fixtures for the import and export tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exchange.helpers import ARTICLE, SETTINGS
from tests.helpers import folders


@pytest.fixture
def site(tmp_path: Path, templates: Path) -> Path:
    """A site with one article, which has no annotations yet."""
    files: dict[str, str | bytes] = {
        "site.toml": SETTINGS,
        "content/bridge/index.md": ARTICLE,
        "content/bridge/bridge.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>',
    }
    return folders.with_cache(folders.put(tmp_path / "site", files), templates)
