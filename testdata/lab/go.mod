module github.com/dlint/dlint/testdata/lab

go 1.26.8
