"""Trust's GraphQL door: its subgraph, resolved from the stores."""
