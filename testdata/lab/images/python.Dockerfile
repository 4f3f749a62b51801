# full is python:3.11 python:3.11-bookworm
# slim is python:3.11-slim python:3.11-slim-bookworm
# Built from source into /usr/local, as the real one is: Debian's own Python has
# other folders.
FROM buildpack-deps:bookworm AS build
RUN sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/*.sources \
    && apt-get update && apt-get install -y --no-install-recommends \
      libbz2-dev libffi-dev liblzma-dev libreadline-dev libsqlite3-dev libssl-dev uuid-dev zlib1g-dev \
      python3-setuptools-whl python3-wheel-whl xz-utils
WORKDIR /usr/src/python
RUN apt-get source --download-only --tar-only python3.11 && tar xf python3.11_*.orig.tar.* --strip-components=1
RUN ./configure --enable-shared --without-static-libpython --with-ensurepip --enable-loadable-sqlite-extensions LDFLAGS=-s >/dev/null \
    && make -j4 >/dev/null
RUN make install >/dev/null && ldconfig \
    && pip3 install --no-index --find-links /usr/share/python-wheels wheel \
    && for p in idle3 pip3 pydoc3 python3 python3-config; do ln -sf $p /usr/local/bin/$(echo $p | tr -d 3); done \
    && find /usr/local -depth \( -name test -o -name tests -o -name __pycache__ \) -exec rm -rf {} +

FROM buildpack-deps:bookworm AS full
RUN apt-get update && apt-get install -y --no-install-recommends \
      libbz2-dev libffi-dev liblzma-dev libreadline-dev libsqlite3-dev libssl-dev uuid-dev zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
COPY --from=build /usr/local/ /usr/local/
RUN ldconfig && python3 --version
CMD ["python3"]

FROM debian:bookworm-slim AS slim
RUN apt-get update && apt-get install -y --no-install-recommends \
      ca-certificates libbz2-1.0 libffi8 liblzma5 libreadline8 libsqlite3-0 libssl3 libuuid1 netbase tzdata zlib1g \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
COPY --from=build /usr/local/ /usr/local/
RUN ldconfig && python3 --version
CMD ["python3"]
