"""What is measured, against what floor, in one run on one machine: ratios, not promises. ``python -m benchmarks``.

CPU time is that of the server's processes, from the kernel, so that other work on the machine does not count; floor and
ours take turns in rounds. A ratio of 1.00 means as cheap as the floor; the aim stands beside it.
"""
