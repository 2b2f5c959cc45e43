package dev.alloy.settings;

import static dev.alloy.settings.AllowedValues.directory;
import static dev.alloy.settings.AllowedValues.duration;
import static dev.alloy.settings.AllowedValues.onOrOff;
import static dev.alloy.settings.AllowedValues.oneOf;
import static dev.alloy.settings.AllowedValues.size;
import static dev.alloy.settings.AllowedValues.whole;

import java.util.List;

/** All settings, in the order in which docs/settings.md shows them. */
final class Settings {

    static final List<Setting> ALL = List.of(
            Setting.of("server.port", "8080", whole(0, 65535), "the public port; `0` for any free one"),
            Setting.of(
                    "alloy.public-url",
                    "http://localhost:{port}",
                    AllowedValues.webAddress().orEmpty(),
                    "what links and `callback_url` begin with; set it wherever runners or readers are on other machines"),
            Setting.of(
                    "alloy.data-dir",
                    "./data",
                    directory().orEmpty(),
                    "the [data directory](operations.md#data-directory)"),
            Setting.of(
                    "spring.datasource.url",
                    "",
                    AllowedValues.matching(
                                    "a JDBC URL of PostgreSQL, such as jdbc:postgresql://host:5432/alloy",
                                    "jdbc:postgresql:.+")
                            .orEmpty(),
                    "your PostgreSQL; without it Alloy brings its own"),
            Setting.of(
                            "alloy.bootstrap-token",
                            "generated",
                            AllowedValues.matching(
                                            "'alloy_pat_' and 32 to 400 visible characters without spaces behind it",
                                            "alloy_pat_[\\x21-\\x7e]{32,400}")
                                    .orEmpty(),
                            "the first credential, see [access.md](access.md#principals)")
                    .keptSecret(),
            Setting.of("server.address", "all", AllowedValues.networkAddress(), "the network interface of the port"),
            Setting.of("spring.datasource.username", "", AllowedValues.anything(), "its role"),
            Setting.of("spring.datasource.password", "", AllowedValues.anything(), "the role's password")
                    .keptSecret(),
            Setting.of(
                    "spring.datasource.hikari.maximum-pool-size",
                    "10",
                    whole(2, 1000),
                    "database connections of a replica, besides one that listens to the queue"),
            Setting.of(
                    "alloy.demo",
                    "true, with the embedded database only",
                    onOrOff().orEmpty(),
                    "`false`: no demonstration at the start"),
            Setting.of(
                    "alloy.run.offer-ttl", "30s", duration("1s", "1h"), "how long an offer is reserved for its runner"),
            Setting.of(
                    "alloy.run.lease-ttl", "90s", duration("2s", "24h"), "how long a lease holds without a heartbeat"),
            Setting.of("alloy.run.heartbeat", "25s", duration("1s", "24h"), "how often runners are told to send one"),
            Setting.of(
                    "alloy.run.self-abort",
                    "60s",
                    duration("1s", "24h"),
                    "when runners are told to give up without an answer"),
            Setting.of(
                    "alloy.run.sweep-interval",
                    "5s",
                    duration("100ms", "1h"),
                    "how often expired offers, leases and waits are swept, and how often waiting polls look again unnotified"),
            Setting.of("alloy.run.max-attempts", "3", whole(1, 1000), "attempts before a run has failed"),
            Setting.of("alloy.run.max-offers", "3", whole(1, 1000), "offers without an answer before a run is parked"),
            Setting.of("alloy.run.queue-ttl", "24h", duration("1s", "365d"), "how long a run waits in the queue"),
            Setting.of(
                    "alloy.run.max-waiting-polls",
                    "0",
                    whole(0, 20_000),
                    "polls that may wait on a replica; more get `503`. `0`: as many as half of the heap holds at 48 KiB"
                            + " each, at most 20,000"),
            Setting.of(
                    "alloy.run.max-streams",
                    "1000",
                    whole(1, 10_000),
                    "streams of events that a replica keeps open, those of open pages among them; more get `503`"),
            Setting.of(
                    "alloy.audit.seal-interval",
                    "1s",
                    duration("10ms", "1h"),
                    "how often committed audit events are sealed"),
            Setting.of(
                    "alloy.restored",
                    "",
                    onOrOff().orEmpty(),
                    "for one start: `true` where the database was put back to an earlier moment, `false` where it was moved with"
                            + " everything in it; see [ways back](operations.md#ways-back). Without it Alloy finds out"),
            Setting.of(
                    "alloy.attestation.key-file",
                    "",
                    AllowedValues.ed25519KeyFile().orEmpty(),
                    "the key to sign with; without it the replica makes its own in the data directory"),
            Setting.of(
                    "alloy.attestation.key-lifetime",
                    "365d",
                    duration("1h", "3650d"),
                    "after which a key made by Alloy is replaced"),
            Setting.of(
                    "alloy.http.max-body-bytes",
                    "1048576",
                    whole(16_384, 104_857_600),
                    "largest body, as sent and after decompression"),
            Setting.of(
                    "alloy.http.max-file-bytes",
                    "52428800",
                    whole(16_384, 2_147_483_647),
                    "largest trace, as sent and after decompression; it is a file in `java.io.tmpdir` while it is read"),
            Setting.of(
                    "alloy.http.max-files",
                    "8",
                    whole(1, 1000),
                    "traces read at a time; others wait for some seconds, then `503`"),
            Setting.of(
                    "alloy.http.body-grace",
                    "10s",
                    duration("100ms", "10m"),
                    "grace period, after which a body has to arrive at 16 KiB a second or more"),
            Setting.of(
                    "alloy.http.address-strangers",
                    "2000",
                    whole(1, 1_000_000),
                    "connections from one address without a valid credential; the oldest are closed after five seconds"),
            Setting.of(
                    "alloy.http.strangers",
                    "8000",
                    whole(1, 1_000_000),
                    "connections without a valid credential from all addresses"),
            Setting.of(
                    "alloy.limit.window",
                    "10s",
                    duration("1s", "10m"),
                    "the window in which requests are counted; [access.md](access.md#limits) explains these limits"),
            Setting.of("alloy.limit.token-requests", "10000", whole(1, 100_000_000), "requests of a token in a window"),
            Setting.of(
                    "alloy.limit.organization-requests",
                    "30000",
                    whole(1, 100_000_000),
                    "requests of an organization in a window"),
            Setting.of(
                    "alloy.limit.address-requests",
                    "5000",
                    whole(1, 100_000_000),
                    "requests without a valid credential from one address in a window"),
            Setting.of(
                    "alloy.limit.stranger-requests",
                    "20000",
                    whole(1, 100_000_000),
                    "requests without a valid credential from all addresses in a window"),
            Setting.of(
                    "alloy.limit.organization-at-once",
                    "32",
                    whole(1, 10_000),
                    "runner reports of an organization that are served at a time; half as many requests of other kinds, and an eighth as many costly queries"),
            Setting.of("alloy.limit.token-at-once", "24", whole(1, 10_000), "how many of them one token may use"),
            Setting.of(
                    "alloy.limit.organization-at-work",
                    "0",
                    whole(0, 10_000),
                    "how many of them work with the database at a time. `0`: three quarters of its connections"),
            Setting.of(
                    "alloy.limit.organization-waiting",
                    "1000",
                    whole(0, 1_000_000),
                    "how many requests of an organization and kind may wait for their turn"),
            Setting.of(
                    "alloy.limit.waiting",
                    "0",
                    whole(0, 1_000_000),
                    "how many requests may wait for their turn in all, and as many reports. `0`: as many as a sixteenth of the heap holds at 48 KiB each"),
            Setting.of(
                    "alloy.limit.longest-wait", "2s", duration("1ms", "50s"), "how long a request waits for its turn"),
            Setting.of(
                    "alloy.limit.longest-report-wait",
                    "20s",
                    duration("1ms", "50s"),
                    "how long a runner's report waits for its turn"),
            Setting.of(
                    "alloy.limit.look-statement",
                    "5s",
                    duration("1s", "50s"),
                    "how long a statement of a question may take in the database"),
            Setting.of(
                    "alloy.limit.costly-statement",
                    "15s",
                    duration("1s", "50s"),
                    "how long a statement of a costly question may take in the database"),
            Setting.of(
                    "alloy.limit.token-unsent",
                    "16MB",
                    size("4MB", "16GB"),
                    "answers to one token that wait in memory for the client"),
            Setting.of("alloy.limit.unsent", "64MB", size("4MB", "16GB"), "answers to all tokens that wait in memory"),
            Setting.of(
                    "alloy.console.session-idle",
                    "2h",
                    duration("1m", "30d"),
                    "how long a session of the [console](console.md) lasts unused"),
            Setting.of("alloy.console.session-lifetime", "12h", duration("1m", "30d"), "how long it lasts at most"),
            Setting.of(
                    "alloy.openapi.enabled",
                    "true",
                    onOrOff(),
                    "`false`: the OpenAPI document and Swagger UI answer `404`"),
            Setting.of(
                    "alloy.openapi.prepare",
                    "true",
                    onOrOff(),
                    "`false`: made at the first request instead of right after the start"),
            Setting.of(
                    "alloy.warm-up",
                    "true",
                    onOrOff(),
                    "`false`: a replica is ready sooner, and the first calls of runs take a second or more"),
            Setting.of(
                    "server.forward-headers-strategy",
                    "none",
                    oneOf("native", "framework", "none"),
                    "`native` behind a proxy: the audit log then names the address that the proxy saw (`X-Forwarded-For`)"),
            Setting.of(
                    "server.tomcat.remoteip.internal-proxies",
                    "private networks",
                    AllowedValues.pattern(),
                    "the addresses of your proxies; the header is ignored from any other sender"),
            Setting.of(
                    "management.server.port",
                    "-1",
                    whole(-1, 65535),
                    "the port for [metrics](operations.md#metrics); `-1`: none"),
            Setting.of(
                    "management.server.address",
                    "127.0.0.1",
                    AllowedValues.networkAddress(),
                    "the network interface of that port"),
            Setting.of(
                    "logging.structured.format.console",
                    "",
                    AllowedValues.matching(
                                    "ecs, logstash, gelf, or the name of a class that formats",
                                    "(?i)ecs|logstash|gelf|.*\\..*")
                            .orEmpty(),
                    "the log as JSON"));

    private Settings() {}
}
