"""dsfleet: a coordinator for fleets of NVIDIA DeepStream applications.

The coordinator decides what every host should run; an agent on each host makes it so and reports what it sees.
"""

__version__ = "0.1.0"
