"""How long a request's body may be, in bytes: nothing here is uploaded."""

BODY_BYTES = 1_000_000
OPEN_BODY_BYTES = 16_384
"""Where nobody is signed in yet."""
