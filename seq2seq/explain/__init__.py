"""The computation of attention shown with its numbers: a small example for paper, or one step of a run's translation.

The modules, from the numbers to the page:

    worked               attention with all its stages kept, each recomputed in float64
    example              the built-in example: a sentence with its vectors
    translation          one step of a trained run's translation of a sentence
    digits               numbers as they are shown
    blocks               what a page is made of
    texts                the sentences of the pages in each language (texts.yaml)
    example_page         the example as a page (example_lines: its computations, term by term)
    translation_page     the step as a page
    render               a page for the terminal, as Markdown or as HTML
"""
