module github.com/example/service

go 1.22

toolchain go1.22.3

require github.com/gin-gonic/gin v1.10.0

require (
	golang.org/x/sync v0.7.0
	"github.com/quoted/mod" v0.1.0
	github.com/bytedance/sonic v1.11.6 // indirect
)

replace (
	golang.org/x/sync => ../sync
	github.com/old/one v1.0.0 => github.com/new/one v1.1.0
)

exclude github.com/bad/one v0.0.1
retract v0.9.0 // broken
