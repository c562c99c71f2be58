"""Schema to files: targets plan, templates print, the pipeline writes."""
