module example.com/shop/v2

go 1.22

toolchain go1.22.3
