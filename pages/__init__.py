"""One file a screen. A page reads widgets, calls `resnet`, and draws; it imports no Keras."""
