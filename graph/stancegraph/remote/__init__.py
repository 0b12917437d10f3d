"""Graphs behind a SPARQL 1.1 endpoint: asking them, and publishing to them."""
