"""A small OTLP receiver that keeps traces for `paperbus trace`."""
