# A service container for CI: redouble on port 6379, as redis:7 would be used.
#   docker build -t redouble .        docker run --rm -p 6379:6379 redouble [--name value ...]
FROM debian:12 AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
      g++ cmake ninja-build pkg-config libasio-dev libssl-dev libfmt-dev liblua5.1-0-dev python3 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cmake --preset release -DREDOUBLE_BUILD_TESTS=OFF -DREDOUBLE_BUILD_COMPAT=OFF -DREDOUBLE_BUILD_BENCH=OFF \
      -DREDOUBLE_INSTALL=OFF \
    && cmake --build build/release --target redouble_binary \
    && strip build/release/redouble

FROM debian:12-slim
RUN useradd --system --no-create-home redouble
COPY --from=build /src/build/release/redouble /usr/local/bin/redouble
USER redouble
EXPOSE 6379
HEALTHCHECK --interval=5s --timeout=2s --retries=5 CMD ["redouble", "--ping", "redis://127.0.0.1:6379"]
ENTRYPOINT ["redouble", "--bind", "0.0.0.0", "--protected-mode", "no"]
