"""The whole platform on one machine: `python -m deploy.local up | down | status` (what `make up` and `make down` run).

Starts the embedded document store, the message server, the four services and the gateway as separate processes,
keeps everything about them in one state directory, and loads the demonstration city once. For development and
demonstrations only; a city runs `deploy/k8s`.
"""
