"""Drawings of blocks and nets, as SVG."""
