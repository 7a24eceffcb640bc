"""The tiny Korean-English corpus."""
