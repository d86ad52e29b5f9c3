"""The demo company: two legal entities whose months are lived through the real services."""
