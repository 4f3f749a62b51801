package dockerfile

import "testing"

func TestIsFileName(t *testing.T) {
	t.Parallel()
	yes := []string{
		"Dockerfile", "Containerfile", "dockerfile", "containerfile", "Dockerfile.prod", "Containerfile.prod",
		"prod.Dockerfile", "prod.dockerfile", "prod.Containerfile", "Dockerfile-windows", "Dockerfile_x",
		"Dockerfile.1.22", ".Dockerfile.x.dockerfile", "Dockerfile.in.prod", "Dockerfile.py",
	}
	no := []string{
		"", "Dockerfiles", "Dockerfile.", "Dockerfile.dockerignore", "prod.Dockerfile.dockerignore", ".dockerfile",
		"Dockerfile.md", "Dockerfile.MD", "Dockerfile.swp", ".Dockerfile.swp", "Dockerfile.orig", "Dockerfile~",
		"Dockerfile.j2", "Dockerfile.template", "Dockerfile.yaml", "dockerfile.go", "dockerfile.py", "Makefile", "DOCKERFILE.txt",
		"Dockerfile.prod.bak", "MyDockerfile",
	}
	for _, name := range yes {
		if !IsFileName(name) {
			t.Errorf("%q is not taken for a Dockerfile", name)
		}
	}
	for _, name := range no {
		if IsFileName(name) {
			t.Errorf("%q is taken for a Dockerfile", name)
		}
	}
}
