"""The tiny German-English corpus."""
