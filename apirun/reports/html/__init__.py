"""A run as one page of HTML, for a screen, a phone and paper."""

from apirun.reports.html.page import to_html

__all__ = ["to_html"]
