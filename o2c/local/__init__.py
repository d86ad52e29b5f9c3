"""The servers that o2c brings itself: PostgreSQL, Redis, a mail catcher, and who looks after them.

For trying out, developing and testing. Production names its own servers by ``DATABASE_URL``,
``REDIS_URL`` and ``EMAIL_URL``, and nothing in here runs. This package imports neither Django nor
any app, so that it can act before settings are read.
"""
