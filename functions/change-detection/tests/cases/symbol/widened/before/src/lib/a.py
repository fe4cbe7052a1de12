def first(text):
    return text
