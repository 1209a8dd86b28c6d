"""Pictures of models and results, as data for Plotly, pydot, matplotlib and SVG."""
