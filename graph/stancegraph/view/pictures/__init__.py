"""Pictures of the views, drawn in Python: no browser needed."""
