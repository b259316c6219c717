"""What inspection keeps: credit records of providers with the blacklist, and which providers there are."""
