"""Home: the timeline of networks. Starts without PyTorch."""

from cnnviz.ui.home import page

page()
