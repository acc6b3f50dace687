"""One name where a list belongs."""

from apirun import Call

Call(print, captures="vpc_id")
