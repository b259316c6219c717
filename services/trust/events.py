"""What trust announces. In this release it only listens: its facts begin with the trust's own accounts."""
