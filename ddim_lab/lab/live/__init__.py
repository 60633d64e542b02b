"""The live socket: what a page asks, and how it is answered part by part."""
