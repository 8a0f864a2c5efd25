"""What the system promises, and from which values on somebody is told: once for all pictures."""

MINUTE, HOUR, DAY = 60, 3600, 86_400
MB, GB = 1_000_000, 1_000_000_000

SEARCHABLE_S = HOUR
"""A paper is found by search so soon after its announcement: a whole day's PDFs are fetched at one
in three seconds, which takes most of an hour."""
DELIVERED_S = 4 * HOUR
"""Those who wait for it are told so soon."""
FRESH_SHARE = 0.95
"""This share of the papers keeps the two; none waits four times as long."""
OLDEST_FACTOR = 4

ERRORS_WARN, ERRORS_BAD = 0.01, 0.05
LATENCY_WARN_S, LATENCY_BAD_S = 0.2, 1.0
QUEUE_WARN, QUEUE_BAD = 1000, 5000
WAIT_WARN_S, WAIT_BAD_S = HOUR, 4 * HOUR
MEMORY_WARN, MEMORY_BAD = 512 * MB, GB
"""For each process."""
DISK_WARN, DISK_HIGH, DISK_FULL = 0.80, 0.90, 0.95
STREAM_WARN, STREAM_FULL = 0.80, 0.95
SPEND_WARN, SPEND_FULL = 0.80, 1.0
BACKUP_WARN_S, BACKUP_BAD_S = 26 * HOUR, 7 * DAY
CERTIFICATE_WARN_S, CERTIFICATE_BAD_S = 21 * DAY, 3 * DAY
KEY_OLD_S = 365 * DAY
