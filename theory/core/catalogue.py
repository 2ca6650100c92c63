"""What is in the package: read from the files, never registered."""

from __future__ import annotations

import inspect
import pkgutil
import tomllib
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

from theory.core.derivation import Derivation
from theory.core.derivations import Derivations


def topics(package: str = "theory") -> list[str]:
    """Module names of one layer, in reading order; machinery lives in sub-packages, and the
    notation is no topic.
    """
    return list(_topics(package))


@cache
def _topics(package: str) -> tuple[str, ...]:
    found = pkgutil.iter_modules(import_module(package).__path__)
    names = (
        m.name for m in found if not m.ispkg and not m.name.startswith("_") and m.name != "notation"
    )
    return tuple(sorted(names, key=reading_order))


@cache
def shelves() -> dict[str, tuple[str, ...]]:
    """Topics in reading order, by the title of their shelf; some have no file yet.

    ``ValueError`` for a shelf with an unknown key, or for a topic that stands twice.
    """
    text = (Path(__file__).parents[1] / "contents.toml").read_text(encoding="utf-8")
    return shelves_of(tomllib.loads(text))


def shelves_of(contents: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The shelves of a parsed ``contents.toml``; raises as ``shelves`` does."""
    found: dict[str, tuple[str, ...]] = {}
    place: dict[str, str] = {}
    for shelf in contents.get("shelf", []):
        if set(shelf) != {"title", "topics"} or shelf["title"] in found:
            raise ValueError(
                f"contents.toml: a shelf has a title of its own and topics, not {shelf}"
            )
        for topic in shelf["topics"]:
            if topic in place:
                raise ValueError(
                    f"contents.toml: {topic} stands on {place[topic]!r} and on {shelf['title']!r}; "
                    f"leave it on one"
                )
            place[topic] = shelf["title"]
        found[shelf["title"]] = tuple(shelf["topics"])
    return found


def shelf_of(topic: str) -> str:
    """Title of the shelf on which a topic stands; ``ValueError`` with the nearest name when it
    stands on none.
    """
    for title, names in shelves().items():
        if topic in names:
            return title
    raise ValueError(
        f"{topic!r} stands on no shelf of theory/contents.toml; the nearest name there is "
        f"{nearest(topic, (name for names in shelves().values() for name in names))}"
    )


def shelved(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Some topics in reading order, by the title of their shelf; empty shelves are left out, and
    what stands on none comes last.
    """
    chosen = sorted(names, key=reading_order)
    found = {
        title: tuple(name for name in chosen if name in own) for title, own in shelves().items()
    }
    lost = tuple(name for name in chosen if name not in sum(found.values(), ()))
    return {title: own for title, own in {**found, "On no shelf yet": lost}.items() if own}


def reading_order(topic: str) -> tuple[int, str]:
    """Sorts topics as they stand on the shelves; what is on none comes last, by name."""
    order = [name for names in shelves().values() for name in names]
    return order.index(topic) if topic in order else len(order), topic


def nearest(name: object, known: Iterable[str]) -> str:
    """The known name that is most like this one, quoted for an error message."""
    return repr(next(iter(get_close_matches(str(name), list(known), 1, 0.0)), "none"))


def paragraph(doc: str | None) -> str:
    """The first paragraph of a docstring in one line; empty for none."""
    return " ".join(inspect.cleandoc(doc or "").split("\n\n")[0].split())


def claims(topic: ModuleType | str) -> dict[str, Callable[[], Derivation | tuple[Derivation, ...]]]:
    """The topic's public functions annotated ``-> Derivation`` (or a tuple of them), in
    file order.
    """
    module = import_module(f"theory.{topic}") if isinstance(topic, str) else topic
    return {
        name: f
        for name, f in vars(module).items()
        if inspect.isfunction(f)
        and f.__module__ == module.__name__
        and not name.startswith("_")
        and _derives(f)
    }


def _derives(f: Callable[..., object]) -> bool:
    return get_type_hints(f).get("return") in (Derivation, tuple[Derivation, ...])


def sentence(claim: Callable[..., object]) -> str:
    """What a claim says: the first paragraph of its docstring, in one line."""
    return paragraph(claim.__doc__ or claim.__name__)


Claim = Callable[[], Derivation | tuple[Derivation, ...]]
ORIGINS: dict[int, Claim] = {}  # of what was derived, by identity


def derive(claim: Claim | str | ModuleType) -> Derivations:
    """The derivations of a claim, built once; ``claim`` is its function or its name, such as
    "parity.transform".  Of a topic (a module of ``theory``, or its name) those of all its claims.

    Raises ``ValueError`` for a name that is none, ``TypeError`` for anything else.
    """
    if isinstance(claim, str | ModuleType):
        return _by_name(claim if isinstance(claim, str) else claim.__name__.removeprefix("theory."))
    if not callable(claim):
        raise TypeError(f"a claim, its name or a topic is derived, not a {type(claim).__name__}")
    return _derived(claim)


@cache
def _derived(claim: Claim) -> Derivations:
    built = claim()
    found = built if isinstance(built, tuple) else (built,)
    ORIGINS.update({id(derivation): claim for derivation in found})
    return Derivations(found, sentence(claim))


def _by_name(name: str) -> Derivations:
    topic, dot, own = name.partition(".")
    if topic not in topics():
        raise ValueError(f"no topic {topic!r}; the nearest is {nearest(topic, topics())}")
    known = claims(topic)
    if not dot:
        found = [d for function in known.values() for d in _derived(function)]
        if not found:
            raise ValueError(f"{topic} has no claims")
        return Derivations(found, paragraph(import_module(f"theory.{topic}").__doc__))
    if own not in known:
        raise ValueError(f"no claim {own!r} of {topic}; the nearest is {nearest(own, known)}")
    return _derived(known[own])
