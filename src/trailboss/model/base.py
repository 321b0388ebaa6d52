from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: never changed once made; errors do not repeat its input (it may hold secrets).

    Unknown fields are ignored, so that an older worker can read what a newer one wrote into history.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
