"""The debates and reference registers that stancegraph ships, as files."""
