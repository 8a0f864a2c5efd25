"""The operator's worker: does what schedules ask, and tells what one service alone cannot."""
