"""The registry's collections: one file per aggregate; every read takes the caller's scope into its query."""
