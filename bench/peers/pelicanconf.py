"""Pelican's settings in ``bench/site.py``: nothing but the pages from the JSON file."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE))

SITENAME, SITEURL, TIMEZONE, DEFAULT_LANG = "Aliquot", "", "UTC", "en"
PATH, THEME, PLUGINS = "data", "theme", ["pelican_pages"]
JINJA_ENVIRONMENT = {"autoescape": True, "trim_blocks": False, "lstrip_blocks": False}
DIRECT_TEMPLATES: list[str] = []
ARTICLE_PATHS: list[str] = []
PAGE_PATHS: list[str] = []
STATIC_PATHS: list[str] = []
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
