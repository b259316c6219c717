"""Run a plan against the subgraphs and shape the answer as the public schema says."""
