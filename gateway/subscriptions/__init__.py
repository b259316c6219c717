"""Subscriptions: one engine that completes each event by a plan, and the two protocols that clients speak."""
