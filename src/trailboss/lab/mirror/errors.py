from trailboss.model.errors import PermanentError


class MirrorFailed(PermanentError):
    """An artifact could not be made or fetched; the message says which, why, and what to do."""
