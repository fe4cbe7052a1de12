from wire import Pool

client = Pool()
client.send("a", stream=True)
