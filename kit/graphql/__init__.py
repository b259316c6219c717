"""The GraphQL door that every service opens; see `kit.graphql.door` for how a service uses it."""
