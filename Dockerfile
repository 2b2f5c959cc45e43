# syntax=docker/dockerfile:1

FROM eclipse-temurin:25.0.3_9-jdk-noble AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src/main src/main
# What the build checks is checked by the workflow, not again for every image.
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -q -Dmaven.test.skip=true -Dspotless.check.skip=true package \
    && java -Djarmode=tools -jar target/alloy-*.jar extract --layers --destination extracted \
    && mv extracted/application/alloy-*.jar extracted/application/alloy.jar

FROM eclipse-temurin:25.0.3_9-jre-noble
# PostgreSQL, where the embedded one is used, refuses to run as root.
RUN groupadd --system alloy && useradd --system --gid alloy --no-create-home --home-dir /data alloy \
    && install --directory --owner=alloy --group=alloy --mode=700 /data
WORKDIR /alloy
COPY --from=build /build/extracted/dependencies/ ./
COPY --from=build /build/extracted/spring-boot-loader/ ./
COPY --from=build /build/extracted/snapshot-dependencies/ ./
COPY --from=build /build/extracted/application/ ./

USER alloy
# The generated bootstrap token is written here, and the embedded database where no SPRING_DATASOURCE_URL is given.
ENV ALLOY_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
# The image has no curl; bash speaks enough HTTP by itself.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-8080} && printf 'GET /actuator/health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200'"]
# Without memory a service answers nobody; an orchestrator can start an ended one again.
ENTRYPOINT ["java", "-XX:+ExitOnOutOfMemoryError", "-jar", "alloy.jar"]
