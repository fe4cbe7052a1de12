module github.com/a/b

go 1.22
