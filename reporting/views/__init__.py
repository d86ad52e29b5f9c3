"""Pages of reporting: home, search, the dashboard, the reports."""

from reporting.views.home import arrange_home, home, home_pictures
from reporting.views.search import search_page

__all__ = ["arrange_home", "home", "home_pictures", "search_page"]
