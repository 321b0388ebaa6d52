"""Our own metrics, of this worker and of the whole fleet."""
