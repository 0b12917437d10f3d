"""The ontology of stancegraph: terms, values, shapes, context and queries, as files."""
