"""The demo company: two legal entities whose three months are lived through the real services."""
