# syntax=docker/dockerfile:1

FROM eclipse-temurin:25.0.3_9-jdk-noble AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src/main src/main
# What the build checks is checked by the workflow, not again for every image.
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -q -Dmaven.test.skip=true -Dspotless.check.skip=true package \
    && install -D target/alloy-*.jar /built/alloy.jar

FROM eclipse-temurin:25.0.3_9-jre-noble
# PostgreSQL, where the embedded one is used, refuses to run as root.
RUN groupadd --system alloy && useradd --system --gid alloy --no-create-home --home-dir /data alloy \
    && install --directory --owner=alloy --group=alloy --mode=700 /data
WORKDIR /alloy
# The archive of classes is good for the very files and the JVM that it was made with, so it is made here; see operations.md, “Start”.
RUN --mount=type=bind,from=build,source=/built,target=/built --mount=type=bind,source=src/build,target=/build \
    install --directory --owner=alloy --group=alloy /tmp/training \
    && java -Djarmode=tools -jar /built/alloy.jar extract --destination unpacked \
    && mv unpacked/lib unpacked/alloy.jar . && rmdir unpacked \
    && setpriv --reuid=alloy --regid=alloy --clear-groups /build/train /built/alloy.jar /alloy /tmp/training \
    && install --mode=444 /tmp/training/options /tmp/training/alloy.aot . && rm -r /tmp/training

USER alloy
# The generated bootstrap token is written here, and the embedded database where no SPRING_DATASOURCE_URL is given.
ENV ALLOY_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
# The image has no curl; bash speaks enough HTTP by itself.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-8080} && printf 'GET /actuator/health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200'"]
# Without memory a service answers nobody; an orchestrator can start an ended one again.
ENTRYPOINT ["java", "-XX:+ExitOnOutOfMemoryError", "@/alloy/options", "-jar", "/alloy/alloy.jar"]
