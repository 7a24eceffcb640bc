"""From published or own text to batches of subword ids."""
