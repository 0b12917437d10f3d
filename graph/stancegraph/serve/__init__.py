"""A graph served over HTTP: its page, and a read-only SPARQL 1.1 endpoint."""
