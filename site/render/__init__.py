"""The catalog as a static site: pages, feeds, calendars and the browser's planner."""
