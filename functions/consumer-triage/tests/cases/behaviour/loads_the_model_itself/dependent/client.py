m = AutoModel.from_pretrained("org/small-7b")
