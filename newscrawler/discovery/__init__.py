"""What a site publishes about itself, read from bytes: feeds, sitemaps, robots.txt, links."""
