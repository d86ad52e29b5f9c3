"""Figures as pictures and tables: what is drawn, in which words, and where each mark leads."""
