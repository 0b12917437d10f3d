"""Figures of answers as SVG: networks, grids, rows of dots, lines, maps, and films of them."""
