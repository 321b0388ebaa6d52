from trailboss.manifests.schema.addresses import is_ip


def describable(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in certificates that manifests can name; those of IPv6 and with wildcards they cannot."""
    return tuple(name for name in names if "*" not in name and not (is_ip(name) and ":" in name))
