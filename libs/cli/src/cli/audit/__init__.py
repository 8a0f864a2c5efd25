"""The audit: what log, stores and records must show when nothing was lost or done twice."""
