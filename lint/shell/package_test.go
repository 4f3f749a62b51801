package shell

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// opText renders a package operation.
func opText(p *PackageOp) string {
	if p == nil {
		return "none"
	}
	out := []string{p.Manager, p.Action.String()}
	for _, f := range []struct {
		on   bool
		name string
	}{
		{p.AssumeYes, "yes"},
		{p.NoRecommends, "norecommends"},
		{p.NoCache, "nocache"},
		{p.Frozen, "frozen"},
		{p.Production, "production"},
		{p.Global, "global"},
		{p.ManifestInstall, "manifest"},
		{p.Virtual != nil, "virtual"},
	} {
		if f.on {
			out = append(out, "+"+f.name)
		}
	}
	for _, w := range p.Requirements {
		out = append(out, "-r="+w.Value)
	}
	for _, w := range p.Constraints {
		out = append(out, "-c="+w.Value)
	}
	for _, w := range p.Indexes {
		out = append(out, "index="+w.Value)
	}
	for i := range p.Packages {
		out = append(out, packageText(&p.Packages[i]))
	}
	return strings.Join(out, " ")
}

func packageText(k *Package) string {
	text := k.Name
	if k.Extras != "" {
		text += "[" + k.Extras + "]"
	}
	if k.Arch != "" {
		text += ":" + k.Arch
	}
	if k.Version != "" {
		text += k.Operator + k.Version
	}
	for _, f := range []struct {
		on   bool
		name string
	}{{k.IsFile, "(file)"}, {k.IsDir, "(dir)"}, {k.IsURL, "(url)"}, {k.Editable, "(editable)"}, {k.Pinned(), "!"}} {
		if f.on {
			text += f.name
		}
	}
	return text
}

func TestPackage(t *testing.T) {
	t.Parallel()
	tests := []struct{ script, want string }{
		// Debian
		{"apt-get update", "apt update"},
		{"apt-get update -qq", "apt update +yes"},
		{"apt-get -q=2 install a", "apt install +yes a"},
		{"apt-get install -y --no-install-recommends a=1.2-3 b:i386 c/stable d=2.* ./e.deb /tmp/f_$V.deb g=$V", "apt install +yes +norecommends a=1.2-3! b:i386 c/stable d=2.* ./e.deb(file) /tmp/f_$V.deb(file) g=$V!"},
		{"apt-get -o APT::Get::Assume-Yes=true -o APT::Install-Recommends=false install a", "apt install +yes +norecommends a"},
		{"apt-get --yes=false install a", "apt install a"},
		{"apt-get install -y --with-source a.dsc --solver 3.0 b=1", "apt install +yes b=1!"},
		{"apt -qq install a", "apt install a"},
		{"apt-get dist-upgrade -y", "apt dist-upgrade +yes"},
		{"apt-get upgrade", "apt upgrade"},
		{"apt-get purge -y --auto-remove a", "apt remove +yes a"},
		{"apt-get clean", "apt clean"},
		{"aptitude -R install a", "apt install +norecommends a"},
		{"apt-get install -y $PKGS \"a=${V}\"", "apt install +yes $PKGS a=${V}!"},
		{"dpkg -i /tmp/a.deb", "dpkg install +yes /tmp/a.deb(file)"},
		{"dpkg --print-architecture", "none"},
		{"rpm -Uvh https://a.example/b.rpm", "rpm install +yes https://a.example/b.rpm(url)"},
		{"rpm -qa", "none"},
		// Alpine
		{"apk add --no-cache a b=1.2-r0 c~1 d~=2 'e>3' f@edge", "apk install +yes +nocache a b=1.2-r0! c~1 d~=2 e>3 f"},
		{"apk add -U --virtual .build a", "apk install +yes +virtual a"},
		{"apk --update add a --repository http://b.example", "apk install +yes index=http://b.example a"},
		{"apk del .build", "apk remove +yes .build"},
		{"apk upgrade", "apk upgrade +yes"},
		{"apk upgrade --available", "apk dist-upgrade +yes"},
		{"apk cache clean", "apk clean +yes"},
		// Red Hat, SUSE, Arch
		{"yum install -y a a-1.2 b-1.2-3.el8.x86_64 java-11-openjdk java-1.8.0-openjdk c-2.* gcc-c++ https://d.example/e.rpm", "yum install +yes a a-1.2! b-1.2-3.el8.x86_64! java-11-openjdk java-1.8.0-openjdk c-2.* gcc-c++ https://d.example/e.rpm(url)"},
		{"yum -y update", "yum upgrade +yes"},
		{"dnf install --setopt=install_weak_deps=False --nodocs a", "dnf install +norecommends a"},
		{"dnf module install -y a:1", "dnf install +yes a:1"},
		{"dnf config-manager --add-repo a", "dnf config"},
		{"microdnf clean all", "microdnf clean"},
		{"yum makecache", "yum update"},
		{"yum groupinstall -y 'Development Tools'", "yum install +yes Development Tools"},
		{"tdnf install -y a-$V", "tdnf install +yes a-$V!"},
		{"zypper -n in --no-recommends a=1 'b>=2'", "zypper install +yes +norecommends a=1! b>=2"},
		{"zypper refresh", "zypper update"},
		{"zypper ar http://a.example b", "zypper config"},
		{"pacman -Syu --noconfirm a b=1", "pacman install +yes a b=1!"},
		{"pacman -Syu --noconfirm", "pacman upgrade +yes"},
		{"pacman -Sy", "pacman update"},
		{"pacman -Scc --noconfirm", "pacman clean +yes"},
		// Python
		{"pip install --no-cache-dir a==1.0 'b[c,d]>=2,<3' 'e; python_version<\"3\"' f~=1 git+https://g.example/h.git@v1 ./i j.whl k.tar.gz", "pip install +yes +nocache +manifest a==1.0! b[c,d]>=2,<3 e f~=1 git+https://g.example/h.git@v1(url) ./i(dir) j.whl(file) k.tar.gz(file)"},
		{"pip3 install -r a.txt -r b.txt -c c.txt -i https://d.example/simple", "pip install +yes +manifest -r=a.txt -r=b.txt -c=c.txt index=https://d.example/simple"},
		{"python -m pip install -U pip", "pip install +yes pip"},
		{"PIP_NO_CACHE_DIR=1 pip install a", "pip install +yes +nocache a"},
		{"pip install -e '.[dev]'", "pip install +yes +manifest .[dev](dir)(editable)"},
		{"pip install 'a @ https://b.example/a.zip'", "pip install +yes a(url)"},
		{"pip install 'a@git+https://b.example/c.git' d/ e/f '-Cg=h' -C i=j --root-user-action ignore k==1", "pip install +yes +manifest a(url) d/(dir) e/f(dir) k==1!"},
		{"pip install --require-hashes -r a", "pip install +yes +frozen +manifest -r=a"},
		{"pip uninstall a", "pip remove a"},
		{"pip cache purge", "pip clean +yes"},
		{"pip --version", "pip other +yes"},
		{"uv pip install --torch-backend auto --reinstall-package b -P c a==1", "uv install +yes a==1!"},
		{"uv pip install --system --no-cache -r a.txt b", "uv install +yes +nocache +global +manifest -r=a.txt b"},
		{"uv sync --frozen --no-dev --no-install-project", "uv install +yes +frozen +production +manifest"},
		{"uv tool install a==1", "uv install +yes +global a==1!"},
		{"uvx ruff@0.1 check", "uv run +yes ruff@0.1!"},
		{"poetry install --no-root --only main", "poetry install +yes +production +manifest"},
		{"poetry install --without dev,test", "poetry install +yes +production +manifest"},
		{"poetry add a@^1 b==2", "poetry install +yes a@^1 b==2!"},
		{"poetry config virtualenvs.create false", "poetry config +yes"},
		{"pipenv install --system --deploy", "pipenv install +yes +frozen +global +manifest"},
		{"pipenv install a", "pipenv install +yes a"},
		{"conda install -y -c conda-forge a=1.2 b==2 conda-forge::c=3=d", "conda install +yes index=conda-forge a=1.2! b==2! c=3=d!"},
		{"conda env create -f e.yml", "conda install +manifest -r=e.yml"},
		{"mamba clean -afy", "conda clean +yes"},
		// JavaScript
		{"npm install", "npm install +yes +manifest"},
		{"npm ci --omit=dev", "npm install +yes +frozen +production +manifest"},
		{"npm ci --only=production", "npm install +yes +frozen +production +manifest"},
		{"npm ci --production=false", "npm install +yes +frozen +manifest"},
		{"npm i -g a@1.2.3 @b/c@^2 @d/e f@latest ./g h.tgz i/j https://k.example/l", "npm install +yes +global a@1.2.3! @b/c@^2 @d/e f@latest ./g(dir) h.tgz(file) i/j(url) https://k.example/l(url)"},
		{"npm i --unsafe-perm true --fetch-retry-maxtimeout 6 -g a@1.2.3 --audit false", "npm install +yes +global a@1.2.3!"},
		{"npm i ./a b/c d/e/f @g/h", "npm install +yes ./a(dir) b/c(url) d/e/f(dir) @g/h"},
		{"npm install a@npm:b@1", "npm install +yes a@npm:b@1!"},
		{"npm run build:prod", "npm build +yes"},
		{"npm start", "npm run +yes"},
		{"npm cache clean --force", "npm clean +yes"},
		{"npm --prefix a install", "npm install +yes +manifest"},
		{"npx -y a@1 b", "npm run +yes a@1!"},
		{"yarn", "yarn install +yes +manifest"},
		{"yarn install --frozen-lockfile --production", "yarn install +yes +frozen +production +manifest"},
		{"yarn --immutable", "yarn install +yes +frozen +manifest"},
		{"yarn global add a@1", "yarn install +yes +global a@1!"},
		{"yarn build", "yarn build +yes"},
		{"yarn --version", "yarn other +yes"},
		{"yarn workspaces focus --production", "yarn install +yes +production +manifest"},
		{"pnpm i --frozen-lockfile --prod", "pnpm install +yes +frozen +production +manifest"},
		{"pnpm fetch", "pnpm fetch +yes +frozen +manifest"},
		{"pnpm add -g a", "pnpm install +yes +global a"},
		{"pnpm store prune", "pnpm clean +yes"},
		{"bun install --frozen-lockfile", "bun install +yes +frozen +manifest"},
		// others
		{"gem install a:1.2 b", "gem install +yes a:1.2! b"},
		{"gem install --no-document a -v 1.2", "gem install +yes a=1.2!"},
		{"gem install --file a", "gem install +yes +manifest"},
		{"gem install a -v 1.2 -- --with-b=c d", "gem install +yes a=1.2!"},
		{"gem install a -v '~> 1.2'", "gem install +yes a~>1.2"},
		{"bundle install --jobs 4 --without development test", "bundle install +yes +production +manifest"},
		{"bundle", "bundle install +yes +manifest"},
		{"bundle exec rake a", "bundle run +yes"},
		{"go mod download", "go fetch +yes +manifest"},
		{"go mod download -x", "go fetch +yes +manifest"},
		{"go install a.example/b@v1 c.example/d@latest", "go install +yes a.example/b@v1! c.example/d@latest"},
		{"go install ./cmd/...", "go build +yes +manifest ./cmd/...(dir)"},
		{"go get -d ./...", "go fetch +yes +manifest ./...(dir)"},
		{"CGO_ENABLED=0 go build -o /a .", "go build +yes +manifest"},
		{"go clean -modcache", "go clean +yes"},
		{"go version", "go other +yes"},
		{"cargo build --release --locked", "cargo build +yes +frozen +manifest"},
		{"cargo +nightly install a --version 1.2.3", "cargo install +yes a=1.2.3!"},
		{"cargo +nightly build", "cargo build +yes +manifest"},
		{"cargo install a --version 1.2 --locked", "cargo install +yes +frozen a=1.2!"},
		{"cargo install a@1 b", "cargo install +yes a@1! b"},
		{"cargo install --path .", "cargo install +yes +manifest"},
		{"cargo chef cook --release", "cargo build +yes +manifest"},
		{"cargo chef prepare", "cargo other +yes"},
		{"composer install --no-dev -n", "composer install +yes +production +manifest"},
		{"composer global require a/b:^1 c/d:2.0", "composer install +global a/b:^1 c/d:2.0!"},
		{"dotnet restore -s https://a.example", "dotnet install +yes +manifest index=https://a.example"},
		{"dotnet publish -c Release -o /a /p:B=c", "dotnet build +yes +manifest"},
		{"dotnet build --no-restore", "dotnet build +yes"},
		{"dotnet tool install -g a --version 1.2", "dotnet install +yes +global a=1.2!"},
		{"dotnet add a.csproj package b -v 1", "dotnet install +yes b=1!"},
		{"mvn -B dependency:go-offline", "mvn fetch +yes +manifest"},
		{"./mvnw -o clean package -DskipTests", "mvn build +yes +frozen +manifest"},
		{"mvn clean deploy", "mvn publish +yes"},
		{"gradle build -x test --no-daemon", "gradle build +yes +manifest"},
		{"./gradlew dependencies", "gradle fetch +yes +manifest"},
		{"mix deps.get --only prod", "mix install +yes +production +manifest"},
		{"mix local.hex --force", "mix install +yes"},
		{"luarocks install a", "luarocks install +yes a"},
		{"cpanm --installdeps .", "cpanm install +yes +manifest .(dir)"},
		{"brew install a@1", "brew install +yes a@1!"},
		{"opam install -y a.1.2 b", "opam install +yes a.1.2! b"},
		{"pecl install a-1.2 b", "pecl install +yes a-1.2! b"},
		{"ansible-galaxy collection install a.b:1.2", "ansible-galaxy install +yes a.b:1.2!"},
		{"ansible-galaxy install -r a.yml", "ansible-galaxy install +yes +manifest -r=a.yml"},
		{"dart pub get", "dart install +yes +manifest"},
		{"docker-php-ext-install a b", "docker-php-ext install +yes a b"},
		{"rm -rf a", "none"},
		{"$X install a", "none"},
	}
	for _, tt := range tests {
		_, s := run(t, tt.script)
		if diff := cmp.Diff(tt.want, opText(s.Commands[0].Package())); diff != "" {
			t.Errorf("%s: %s", tt.script, diff)
		}
	}
}

func TestIsURL(t *testing.T) {
	t.Parallel()
	for v, want := range map[string]bool{
		"https://a": true, "git+ssh://a": true, "x-1.y://a": true, "git@example.com:a/b.git": true,
		"://a": false, "a": false, "a b://c": false, "a:b": false,
	} {
		if got := isURL(v); got != want {
			t.Errorf("%s: %v", v, got)
		}
	}
}

func TestPackageRanges(t *testing.T) {
	t.Parallel()
	src, s := readLast(t, "SHELL [\"bash\", \"-c\"]\nRUN apt-get install a=1 \"b=2\" c\\\nd=3 && pip install 'e[f] == 4 ; g' && npm i @h/i@5 && yum install j-6.0 && gem install k -v 7 && conda install l::m=8 && apt-get install n-{o,p}=9\n")
	var got []string
	for _, c := range s.Commands {
		p := c.Package()
		for i := range p.Packages {
			k := &p.Packages[i]
			got = append(got, k.Name+"|"+src.Slice(k.NameRange)+"|"+src.Slice(k.VersionRange))
		}
		if c.Package() != p {
			t.Errorf("%s is read twice", c.Name)
		}
	}
	want := []string{
		"a|a|1", "b|b|2", "cd|c\\\nd|3", "e|e|4", "@h/i|@h/i|5", "j|j|6.0", "k|k|7", "m|m|8",
		"n-o|n-{o,p}=9|n-{o,p}=9", "n-p|n-{o,p}=9|n-{o,p}=9",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
