"""How Anju is run: on one machine (`deploy.local`), on a cluster (`deploy/k8s`), and with what data (`deploy.demo`)."""
