"""The simulator and camera images, run as the agent runs them: real Docker, real RTSP."""
