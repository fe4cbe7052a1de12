def second(text):
    return text
