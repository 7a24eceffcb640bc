"""Encoder, attention, decoder, aligner and output layer; ids in, scores and weights out."""
