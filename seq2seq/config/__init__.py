"""The settings of a run: typed, checked, from YAML and the command line."""
