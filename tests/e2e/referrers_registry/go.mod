module example.com/referrers

go 1.21

require github.com/google/go-containerregistry v0.20.2
