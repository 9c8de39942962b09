"""Hunch's library: what is an image classifier really looking at, is that a flaw, and did the fix work?"""
