from wire import Client
import other

client = Client()
client.send("a", stream=True)
client.send("a")
mine = other.thing()
mine.send("a", stream=True)


def f(c: Client):
    return c.send("b", stream=False)
