"""Engine, transport and storage keep their promises; on real parts."""
