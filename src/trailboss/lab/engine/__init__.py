"""The container engine that the lab's hosts run in."""

from trailboss.lab.engine.start import ensure_engine, stop_engine_if_ours

__all__ = ["ensure_engine", "stop_engine_if_ours"]
