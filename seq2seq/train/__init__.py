"""From a configuration to a run's folder."""
