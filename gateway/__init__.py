"""The gateway: one GraphQL schema over any Apollo Federation v2 supergraph; knows no service by name."""
