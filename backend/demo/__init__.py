"""The demonstration (演示): step in as somebody with one tap, and read the messages that would have gone out.

Its routes exist only while the setting ``demo`` is on, and every page of it says that it is a demonstration.
"""
