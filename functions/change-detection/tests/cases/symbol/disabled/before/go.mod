module github.com/a/reader
