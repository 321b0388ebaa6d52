"""Objects of whichever kinds → one model. A draft also knows where each of its values was written."""
