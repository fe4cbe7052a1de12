def second(text):
    return text


def first(text):
    return text
