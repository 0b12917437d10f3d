"""A graph at rest in one DuckDB file."""
