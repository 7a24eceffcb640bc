"""Plain text: files of sentences, checked, and the words of a sentence."""
