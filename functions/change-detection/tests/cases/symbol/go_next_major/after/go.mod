module github.com/a/b/v2

go 1.22
