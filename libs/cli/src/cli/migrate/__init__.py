"""Changes of what is kept, from one version of its layout to the next; forward only."""
