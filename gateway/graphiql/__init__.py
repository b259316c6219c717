"""GraphiQL for the browser, served from our own files: the networks it is used in reach no other host."""
