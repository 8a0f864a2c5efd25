"""REST and SSE under ``/api/v1``."""
