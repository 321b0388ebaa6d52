"""In which order addons are applied: as declared, and each after those that it depends on."""

from collections.abc import Iterable, Sequence

from trailboss.model.addons import Addon


def in_order(addons: Sequence[Addon]) -> tuple[Addon, ...]:
    """Return the addons in their order. What depends on itself, or on what is not there, comes as declared."""
    by_name = {addon.name: addon for addon in addons}
    placed: dict[str, Addon] = {}

    def place(addon: Addon, above: frozenset[str]) -> None:
        for name in addon.depends_on:
            if name in by_name and name not in placed and name not in above:
                place(by_name[name], above | {name})
        placed.setdefault(addon.name, addon)

    for addon in addons:
        place(addon, frozenset({addon.name}))
    return tuple(placed.values())


def cycle(addons: Iterable[Addon]) -> tuple[str, ...]:
    """Return the names of one circle of dependencies, in its order and with the first once more at the end; or ()."""
    needed: dict[str, tuple[str, ...]] = {}
    for addon in addons:
        needed.setdefault(addon.name, addon.depends_on)

    def follow(path: tuple[str, ...]) -> tuple[str, ...]:
        for name in needed.get(path[-1], ()):
            if name in path:
                return (*path[path.index(name) :], name)
            if found := follow((*path, name)):
                return found
        return ()

    return next((found for name in needed if (found := follow((name,)))), ())
