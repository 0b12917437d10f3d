"""Views: pages for people."""
