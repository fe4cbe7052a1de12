import wire as
from wire import Client as
class A(Client:
 def __init__(self, **
x = Client(
with Client( as ä
partial(
ä = 
