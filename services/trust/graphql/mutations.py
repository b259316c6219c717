"""Trust's mutations: none in this release, its terms come with the contract."""
