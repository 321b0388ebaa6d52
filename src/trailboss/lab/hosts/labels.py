"""Labels on everything a lab makes in the engine: what carries one is ours, and nothing else is touched."""

LAB = "trailboss.lab"
HOST = "trailboss.host"
ROLE = "trailboss.role"


def lab_label(lab: str) -> str:
    return f"{LAB}={lab}"
