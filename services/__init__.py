"""The four services; each owns its entities, its store and its stream, and meets the others over GraphQL and NATS."""
