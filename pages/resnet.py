from cnnviz.ui.family import page

page("resnet")
