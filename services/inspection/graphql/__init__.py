"""Inspection's GraphQL door: its subgraph, resolved from the stores, written through the use cases."""
