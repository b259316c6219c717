"""What trust's mutations take: none in this release, its terms come with the contract."""
