# full is python:3.11 python:3.11-bookworm
# slim is python:3.11-slim python:3.11-slim-bookworm
# Debian's Python, moved to where the real image has its own: /usr/local, with
# packages in site-packages.
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
      python3.11 python3.11-venv libpython3.11-dev python3-pip-whl python3-setuptools-whl python3-wheel-whl
WORKDIR /image/usr/local
RUN mkdir -p bin lib include ../share && cp /usr/bin/python3.11 bin/ && cp -r /usr/lib/python3.11 lib/ \
    && cp -rL /usr/include/python3.11 include/ && cp -r /usr/share/python-wheels ../share/ \
    && cp /usr/include/x86_64-linux-gnu/python3.11/pyconfig.h include/python3.11/ \
    && sed -i "s/prefix_scheme = '.*'/prefix_scheme = 'posix_prefix'/" lib/python3.11/sysconfig.py \
    && rm -f lib/python3.11/sitecustomize.py lib/python3.11/EXTERNALLY-MANAGED \
    && printf '%s\n' 'import site' 'for p in site.PREFIXES:' '    site.addsitedir(p + "/lib/python3.11/site-packages")' > lib/python3.11/sitecustomize.py \
    && mkdir -p ../include && ln -s /usr/local/include/python3.11 ../include/ \
    && mkdir lib/python3.11/site-packages && rm -rf lib/python3.11/__pycache__ \
    && ln -s python3.11 bin/python3 && ln -s python3 bin/python

FROM buildpack-deps:bookworm AS full
RUN apt-get update && apt-get install -y --no-install-recommends \
      libbz2-dev libffi-dev liblzma-dev libreadline-dev libsqlite3-dev libssl-dev uuid-dev zlib1g-dev media-types \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
COPY --from=build /image/ /
RUN python3 $(ls /usr/share/python-wheels/pip-*.whl)/pip install --no-index --find-links /usr/share/python-wheels pip setuptools wheel
CMD ["python3"]

FROM debian:bookworm-slim AS slim
RUN apt-get update && apt-get install -y --no-install-recommends \
      ca-certificates libbz2-1.0 libexpat1 libffi8 liblzma5 libreadline8 libsqlite3-0 libssl3 libuuid1 media-types netbase tzdata zlib1g \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
COPY --from=build /image/ /
RUN python3 $(ls /usr/share/python-wheels/pip-*.whl)/pip install --no-index --find-links /usr/share/python-wheels pip setuptools wheel
CMD ["python3"]
