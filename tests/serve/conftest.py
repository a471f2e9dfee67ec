"""A server that the tests of a module share. Its site is reset for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers import serving
from tests.helpers.serving import Served


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = serving.site(tmp_path_factory.mktemp("served"))
    with serving.served(folder) as server:
        yield server


@pytest.fixture
def server(one_server: Served) -> Served:
    one_server.reset()
    return one_server
