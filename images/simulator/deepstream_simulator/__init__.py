"""A stand-in for deepstream-app and deepstream-test5-app 9.1 that runs on the CPU.

An independent reading of NVIDIA's rules: it shares no code with dsfleet, so that a mistake there is not repeated here.
"""
