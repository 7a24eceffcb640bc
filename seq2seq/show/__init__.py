"""Alignment maps for the eye: terminal and figures."""
