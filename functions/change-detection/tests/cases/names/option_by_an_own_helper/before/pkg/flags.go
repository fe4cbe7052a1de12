package pkg

func setup(v *V, fs *F) {
	internal.AddFlagAndBind(v, fs, fs.String, "out-format", "output.formats", "text", "Formats")
	internal.AddFlagAndBind(v, fs, fs.Bool, "dry-run", "dry", false, "x")
}
