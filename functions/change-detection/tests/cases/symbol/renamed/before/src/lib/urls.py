def quote_text(text, safe):
    return text
