"""A trained run at work: translations, alignment maps, word links and scores."""
