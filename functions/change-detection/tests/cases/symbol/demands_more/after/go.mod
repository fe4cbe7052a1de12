module github.com/a/depot
