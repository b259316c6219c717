"""Inspection: who did the work well; in this release the yearly credit scores of providers and the blacklist.

It owns BlacklistEntry, and adds `creditScores`, `blacklisted` and `blacklistEntries` to Provider. Which providers there
are it hears from the registry.
"""
