"""The books in the forms that accountants and authorities read: pure writers over plain facts.

Each writer takes ``Books`` and yields bytes piece by piece, so that a million entries need no more
memory than a hundred. None of them looks at a clock: the same books give the same bytes.
"""
