"""Read annotation files and the library into model values, or report problems to authors."""

from __future__ import annotations

from explainer.model.annotations import AnnotationFile, Library
from explainer.model.documents import Text
from explainer.model.location import Located
from explainer.model.problems import Problem
from explainer.parse import free_data, references, yaml
from explainer.parse.lookup import find
from explainer.parse.validate import validate


def read_annotations(text: Text) -> tuple[AnnotationFile | None, Located, tuple[Problem, ...]]:
    """Read `X.yaml`. Return its value (None if it has an error), its located data, and problems.

    The problems are `old-key` and those of `yaml.read`, `validate`, `references.within`, and
    `free_data.check`.
    `references.against` checks what depends on the library and on site.toml.
    """
    located, problems = _read(text)
    free_data.give_types(located, *free_data.IN_ANNOTATIONS)
    return validate(AnnotationFile, (located, problems), _check)


def _check(located: Located) -> tuple[Problem, ...]:
    own = free_data.check(located, *free_data.IN_ANNOTATIONS)
    return (*references.within(located), *own)


def read_library(text: Text) -> tuple[Library | None, Located, tuple[Problem, ...]]:
    """Read `_library.yaml` like `read_annotations`, with `references.within_library`."""
    return validate(Library, _read(text), references.within_library)


def _read(text: Text) -> tuple[Located, tuple[Problem, ...]]:
    """Read a file, in which `type` of a person counts as `kind`: the remark `old-key`."""
    located, problems = yaml.read(text)
    for key_path, person in find(dict, located.data, "people.*"):
        if "type" not in person or "kind" in person:
            continue  # `type` is then an unknown key
        person["kind"] = person.pop("type")
        old, new = (*key_path, "type"), (*key_path, "kind")
        located.values[new] = located.values.pop(old)
        located.keys[new] = located.keys.pop(old)
        message = f"`type` of a person is now called `kind`, as in `{key_path[1]}`"
        problem = Problem(located.key(new), "old-key", message, "write `kind`", "info")
        problems = (*problems, problem)
    return located, problems
