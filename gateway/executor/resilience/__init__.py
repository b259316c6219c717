"""What keeps a failing or slow subgraph from taking the gateway with it: one mechanism per file, none does I/O."""
