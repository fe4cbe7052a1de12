def quote_words(text, safe):
    return text
