"""Hunch's library: what is a picture classifier really looking at, is that a flaw, and did the fix work?"""
