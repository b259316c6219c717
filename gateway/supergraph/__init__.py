"""Read the composed supergraph: who answers which field, and the schema that clients see."""
