"""Scrapy spiders and extractors: a page of a provider becomes listings."""
