# syntax=docker/dockerfile:1
# docker build -t yueli .   ·   docker run -p 8080:8080 -e YUELI_PUBLIC_BASE_URL=http://localhost:8080 -v yueli:/data yueli

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin yueli \
    && cp target/release/yueli /usr/local/bin/yueli

# The same Debian as above, so the same C library. The program needs nothing else: certificates,
# the time zone and SQLite are in it.
FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin yueli \
    && install -d -o yueli -g yueli -m 0750 /data
COPY --from=build /usr/local/bin/yueli /usr/local/bin/yueli
COPY LICENSE-MIT LICENSE-APACHE src/domain/holidays/LICENSE-chinese-days /usr/share/doc/yueli/

# Nothing is written outside /data: run it with --read-only. SQLite's temporary files go there too.
USER 10001:10001
WORKDIR /data
VOLUME /data
# YUELI_PUBLIC_BASE_URL has no default here: only you know under which address others reach it.
ENV YUELI_LISTEN=0.0.0.0:8080 \
    YUELI_DATABASE_URL=sqlite:///data/yueli.db \
    YUELI_LOG__FORMAT=json
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["yueli", "healthcheck"]
ENTRYPOINT ["yueli"]
CMD ["serve"]
