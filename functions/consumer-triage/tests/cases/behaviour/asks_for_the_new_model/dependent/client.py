client.chat(model="org/large-70b")
