"""Problems of an adoption, in one form: what is wrong, where, and what would do."""

from trailboss.model.problem import Problem


def of_cluster(field: str, message: str, *, found: object = "", allowed: str = "") -> Problem:
    return Problem(file="cluster", document=0, field=field, message=message, found=str(found), allowed=allowed)


def of_node(name: str, field: str, message: str, *, found: object = "", allowed: str = "") -> Problem:
    return Problem(file=f"node {name}", document=0, field=field, message=message, found=str(found), allowed=allowed)
