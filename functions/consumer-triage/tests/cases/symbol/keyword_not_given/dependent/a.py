from wire.net import connect
from wire.net import listen

connect("x")
listen("x", tls=True)
self.connect("x", tls=True)
