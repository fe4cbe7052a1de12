chat(model="org/small-7b")
