# org/small-7b was first
client.chat(model="org/small-7b")
client.chat(model="org/small-7b-chat")
