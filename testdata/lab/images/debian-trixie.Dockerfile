# trixie is debian:trixie-slim debian:trixie
FROM debian:bookworm-slim AS upgraded
RUN sed -i 's/bookworm/trixie/g' /etc/apt/sources.list.d/*.sources && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get -y -o Dpkg::Options::=--force-confnew full-upgrade \
    && apt-get -y autoremove && rm -rf /var/lib/apt/lists/* /var/cache/apt/*

FROM scratch AS trixie
COPY --from=upgraded / /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["bash"]
