"""
Regular expressions in RE2's syntax, matched in linear time.

Python's own engine backtracks: a pattern and a text can be made so that it runs
for years. This one follows all ways through the pattern at once, and charges
every step to the rendering.

Source: https://github.com/google/re2/wiki/Syntax and R. Cox, "Regular Expression
Matching: the Virtual Machine Approach", 2009.
"""

from apirun.template.regex.machine import Pattern, compile_pattern

__all__ = ["Pattern", "compile_pattern"]
