"""Measures: numbers from positions, one module a family."""
