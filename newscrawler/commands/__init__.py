"""Commands of the project, on top of Scrapy's own."""
