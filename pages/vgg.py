from cnnviz.ui.family import page

page("vgg")
