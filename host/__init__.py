"""What runs on a PC only: the command line, the simulator's launcher, the demo server and the image builder."""
