package knowledge

import (
	"slices"
	"strings"
	"sync"
)

// PythonNeeds is what an installed Python package needs of the system.
type PythonNeeds struct {
	// Debian and Alpine name packages with libraries; empty: none, its wheels
	// bring what they need, or it is Python alone.
	Debian []string
	Alpine string
	// Programs are those that it runs.
	Programs []string
	// Refuse says what it needs that is more than a library or a program: a model.
	Refuse string
}

// PythonPackage says what is known of a package of the Python package index. The
// name is in lower case with dashes.
func PythonPackage(name string) (PythonNeeds, bool) {
	switch name {
	case "psycopg2", "psycopg", "psycopg-c":
		return PythonNeeds{Debian: []string{"libpq5"}, Alpine: "libpq"}, true
	case "mysqlclient":
		return PythonNeeds{Debian: []string{"libmariadb3"}, Alpine: "mariadb-connector-c"}, true
	case "python-magic":
		return PythonNeeds{Debian: []string{"libmagic1"}, Alpine: "libmagic"}, true
	case "gdal", "fiona", "rasterio":
		return PythonNeeds{Refuse: "the GDAL library of its own version"}, true
	case "weasyprint", "cairosvg", "pycairo", "pygobject", "cairocffi":
		return PythonNeeds{Refuse: "cairo, pango and fonts"}, true
	case "opencv-python", "opencv-contrib-python":
		return PythonNeeds{Refuse: "libraries for windows and video"}, true
	case "playwright", "selenium", "pyppeteer":
		return PythonNeeds{Refuse: "a browser"}, true
	case "wand", "pygit2", "pyodbc", "python-ldap", "xmlsec", "ansible", "textract", "ghostscript":
		return PythonNeeds{Refuse: "programs or libraries of the system"}, true
	}
	if programs := pythonPrograms(name); programs != nil {
		return PythonNeeds{Programs: programs}, true
	}
	_, ok := slices.BinarySearch(purePython(), name)
	return PythonNeeds{}, ok || strings.HasPrefix(name, "types-") || strings.HasPrefix(name, "opentelemetry-")
}

// pythonPrograms returns the programs that a package of pure Python runs.
func pythonPrograms(name string) []string {
	switch name {
	case "gitpython", "cookiecutter", "copier", "pre-commit", "dvc", "python-semantic-release":
		return []string{"git"}
	case "python-hglib":
		return []string{"hg"}
	case "pytesseract", "tesserocr":
		return []string{"tesseract"}
	case "pdf2image":
		return []string{"pdftoppm"}
	case "ffmpeg-python", "pydub", "moviepy", "openai-whisper", "yt-dlp":
		return []string{"ffmpeg"}
	case "pdfkit":
		return []string{"wkhtmltopdf"}
	case "imgkit":
		return []string{"wkhtmltoimage"}
	case "python-gnupg":
		return []string{"gpg"}
	case "graphviz", "pydot", "pydotplus":
		return []string{"dot"}
	case "pypandoc":
		return []string{"pandoc"}
	case "patool", "pyunpack":
		return []string{"unzip", "zip", "xz", "bzip2"}
	case "rarfile":
		return []string{"unzip"}
	}
	return nil
}

// purePython are packages that run on a slim image as they are: Python alone, or
// wheels that bring their libraries.
var purePython = sync.OnceValue(func() []string {
	names := strings.Fields(`
aiofiles aiohttp aiosignal aiosqlite alembic amqp annotated-types anyio apscheduler argon2-cffi argon2-cffi-bindings asgiref async-timeout
asyncpg attrs babel backoff bcrypt beautifulsoup4 billiard blinker boto3 botocore brotli cachetools celery certifi cffi chardet charset-normalizer click
click-didyoumean click-plugins click-repl colorama coloredlogs configargparse confluent-kafka croniter cryptography cython deprecated dateparser decorator
distro dj-database-url django django-allauth django-cors-headers django-crispy-forms django-debug-toolbar django-environ django-extensions django-filter
django-storages djangorestframework djangorestframework-simplejwt dnspython docutils drf-yasg email-validator et-xmlfile exceptiongroup faker fastapi
fastapi-cli filelock flask flask-bcrypt flask-caching flask-cors flask-jwt-extended flask-limiter flask-login flask-mail flask-marshmallow flask-migrate
flask-restful flask-restx flask-session flask-socketio flask-sqlalchemy flask-wtf frozenlist future gevent geventhttpclient google-api-core google-api-python-client
google-auth google-auth-httplib2 google-auth-oauthlib google-cloud-core google-cloud-firestore google-cloud-logging google-cloud-pubsub google-cloud-storage google-crc32c
google-resumable-media googleapis-common-protos google-python-cloud-debugger grpcio grpcio-health-checking grpcio-reflection grpcio-status grpcio-tools greenlet gunicorn h11 h2 hpack
httpcore httplib2 httptools httpx humanfriendly hypercorn hyperframe idna importlib-metadata importlib-resources iniconfig isodate itsdangerous jinja2 jmespath
joblib jsonpickle jsonschema jsonschema-specifications kafka-python kiwisolver kombu limits locust loguru lxml lz4 mako markdown markdown-it-py markupsafe marshmallow
marshmallow-sqlalchemy matplotlib mdurl minio monotonic motor msgpack multidict mypy mypy-extensions nltk numpy oauthlib openai openpyxl opencensus orjson
packaging pandas paramiko passlib peewee pillow pluggy prettytable priority prometheus-client prometheus-flask-exporter prompt-toolkit proto-plus protobuf psutil psycopg2-binary
psycopg-binary py pyasn1 pyasn1-modules pycodestyle pycparser pycryptodome pycryptodomex pydantic pydantic-core pydantic-settings pyflakes pygments pyjwt pymongo
pymysql pynacl pyopenssl pyparsing pypdf pypdf2 pyrsistent pyserial pytest pytest-asyncio pytest-cov python-dateutil python-dotenv python-editor python-http-client
python-jose python-json-logger python-multipart python-slugify python-socketio python-engineio pytz pytz-deprecation-shim pywavelets pyyaml redis referencing regex
requests requests-oauthlib responses rfc3986 rich rpds-py rq rsa ruamel-yaml s3transfer scikit-learn scipy seaborn sendgrid sentry-sdk setuptools shellingham
simple-websocket simplejson six slack-sdk sniffio sortedcontainers soupsieve sqlalchemy sqlalchemy-utils sqlmodel sqlparse sse-starlette starlette stripe tabulate
tenacity text-unidecode threadpoolctl tiktoken toml tomli tornado tqdm twilio typer typer-slim typing-extensions typing-inspection tzdata tzlocal ujson unidecode uritemplate urllib3
uvicorn uvloop vine waitress watchdog watchfiles wcwidth webargs webencodings websocket-client websockets werkzeug whitenoise wrapt wsproto wtforms xlrd xlsxwriter
xmltodict yarl zipp zope-event zope-interface zstandard bottle falcon sanic aioredis aiokafka flask-compress flask-httpauth flask-admin cherrypy dash plotly streamlit
colorlog structlog schedule requests-toolbelt pymemcache elasticsearch opensearch-py pika influxdb influxdb-client neo4j cassandra-driver discord-py tweepy python-telegram-bot`)
	slices.Sort(names)
	return slices.Compact(names)
})
