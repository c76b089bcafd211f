from cnnviz.ui.family import page

page("googlenet")
