"""Charts and image grids, for Plotly and matplotlib."""
