"""Introductions: asked for, answered, and told of."""
