"""The computation of attention shown with its numbers: a small example for paper, or one step of a run's translation.

worked               attention with all its stages kept, each recomputed in float64
example              the built-in example: a sentence with its vectors
translation          one step of a trained run's translation of a sentence
example_page         the example as a page
translation_page     the step as a page
blocks               what a page is made of, and the tables that both pages have
digits               numbers as they are shown
texts                the sentences of the pages in each language (texts.yaml)
render               a page for the terminal, as Markdown or as HTML
"""
