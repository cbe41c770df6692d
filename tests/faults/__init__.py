"""Processes killed on purpose: what was promised must hold afterwards."""
