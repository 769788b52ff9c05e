"""Here so that the folder is on the path when only the oracles below it are run: they need causal_cases."""
