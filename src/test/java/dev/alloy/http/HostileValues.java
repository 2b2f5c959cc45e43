package dev.alloy.http;

import dev.alloy.http.OpenApiBodies.Member;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What attackers and broken programs send, by class. Source: quality.md, “Bad input”. */
final class HostileValues {

    private static final String PLACE = "\"@here@\"";

    private static final List<String> TEXTS = List.of(
            "' or 1=1 --",
            "<script>alert(1)</script>",
            "${jndi:ldap://localhost/x}",
            "#{T(java.lang.Runtime)}",
            "../../../../etc/passwd",
            "a\nb\r\nSet-Cookie: x=1");

    private static final List<String> TIMES =
            List.of("\"2020-01-01T00:00:00\"", "\"2020-13-45T99:00:00Z\"", "\"9999999-01-01T00:00:00Z\"", "1700000000");

    private HostileValues() {}

    /**
     * A value.
     *
     * @param kind its class
     * @param text what is sent: JSON, or a part of a target, header or request
     * @param isNeverLegal whether it is to be refused wherever it stands
     */
    record Hostile(String kind, String text, boolean isNeverLegal) {

        /** The body with this value as the member's. */
        byte[] in(JsonNode base, Member member) {
            if (kind.equals("member missing")) {
                return OpenApiBodies.without(base, member).toString().getBytes(StandardCharsets.UTF_8);
            }
            ObjectNode changed = OpenApiBodies.with(base, member, "@here@");
            String body = changed.toString();
            String replaced = kind.equals("duplicate member")
                    ? body.replace("\"" + member.name() + "\":" + PLACE, text.replace("NAME", member.name()))
                    : body.replace(PLACE, text);
            return replaced.getBytes(StandardCharsets.UTF_8);
        }

        String shown() {
            return text.length() > 80 ? text.substring(0, 80) + "…" : text;
        }
    }

    /** What is tried as a member of a body; what no reader takes, wherever it stands, at the outermost members alone. */
    static List<Hostile> forMember(Member member) {
        List<Hostile> values = new ArrayList<>();
        for (String json : List.of("null", "true", "0", "1.9", "\"text\"", "[]", "{}", "[null]")) {
            values.add(new Hostile("wrong type", json, member.excludes(json)));
        }
        for (String json : member.mayBe("number") ? List.of("-1", "2147483648", "1e2") : List.of("-1")) {
            values.add(new Hostile("odd number", json, member.excludes(json)));
        }
        for (String json : List.of("\"\"", "\"\u202eevil\"", "\"a\u200bb\"", "\"" + "x".repeat(70_000) + "\"")) {
            values.add(new Hostile("odd text", json, member.excludes(json)));
        }
        for (String text : TEXTS) {
            String json = "\"" + text.replace("\r", "\\r").replace("\n", "\\n") + "\"";
            values.add(new Hostile("injection", json, member.excludes(json)));
        }
        for (String json : member.isTime() || member.path().size() == 1 ? TIMES : List.<String>of()) {
            values.add(new Hostile("odd time", json, member.isTime()));
        }
        values.add(new Hostile("member missing", "", member.required()));
        if (member.isOfObject()) {
            values.add(new Hostile("duplicate member", "\"NAME\":1,\"NAME\":2", true));
            values.add(new Hostile("unknown member", "1,\"nothing_of_this_name\":1", member.isOfClosedObject()));
        }
        if (member.path().size() == 1) {
            addUnreadable(values);
        }
        return values;
    }

    private static void addUnreadable(List<Hostile> values) {
        for (String json : List.of("1e400", "9007199254740993", "-9007199254740993", "01", "NaN")) {
            values.add(new Hostile("number out of range or no JSON", json, true));
        }
        for (String json : List.of("\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\u0000\"", "\"a")) {
            values.add(new Hostile("text that is none", json, true));
        }
        values.add(new Hostile("deep", "[".repeat(70) + "]".repeat(70), true));
    }

    /** What is tried in paths and queries, encoded so that a client can send it. */
    static List<Hostile> inTargets() {
        return Stream.concat(
                        Stream.of(
                                        "0",
                                        "-1",
                                        "1e9",
                                        "null",
                                        "undefined",
                                        "NaN",
                                        "true",
                                        "[]",
                                        "*",
                                        "a,b",
                                        "x".repeat(3_000))
                                .map(text -> new Hostile("odd value", encoded(text), true)),
                        Stream.concat(
                                TEXTS.stream().map(text -> new Hostile("injection", encoded(text), true)),
                                Stream.of(
                                                "%00",
                                                "%E2%80%AE",
                                                "%E2%80%8B",
                                                "%EF%BB%BF",
                                                "%ED%A0%80",
                                                "%C0%AF",
                                                "%2e%2e",
                                                "%2F",
                                                "%5C",
                                                "%0d%0a",
                                                "%25%30%30",
                                                "%F0%9F%92%A9")
                                        .map(text -> new Hostile("encoding", text, true))))
                .toList();
    }

    /** Some of the values, others at the next turn. */
    static List<Hostile> some(List<Hostile> values, int turn, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> values.get((turn * count + i) % values.size()))
                .toList();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** What is tried as a header's value. */
    static List<Hostile> inHeaders() {
        return Stream.of(
                        "",
                        " ",
                        "\"",
                        "W/\"x\"",
                        "\"a\", \"b\"",
                        "*/*;q=2",
                        "-1",
                        "x".repeat(2_000),
                        "a\tb",
                        "' or 1=1 --",
                        "${jndi:ldap://localhost/x}",
                        "<script>",
                        ",,,",
                        "bytes=0-0,-1")
                .map(text -> new Hostile("odd value", text, false))
                .toList();
    }

    /** Whole requests that are none; METHOD, PATH and TOKEN stand for those of the operation. */
    static List<Hostile> onTheWire() {
        String head = "METHOD PATH HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer TOKEN\r\n";
        return List.of(
                new Hostile("no host", head.replace("Host: localhost\r\n", "") + "\r\n", true),
                new Hostile("two hosts", head + "Host: other\r\n\r\n", true),
                new Hostile("header without a name", head + ": x\r\n\r\n", true),
                new Hostile("header with a space in its name", head + "A B: x\r\n\r\n", true),
                new Hostile("zero byte in a header", head + "A: x\u0000y\r\n\r\n", true),
                new Hostile("negative length", head + "Content-Length: -5\r\n\r\n", true),
                new Hostile("two lengths", head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", true),
                new Hostile("unknown transfer coding", head + "Transfer-Encoding: x\r\n\r\n", true),
                new Hostile(
                        "token in the query",
                        head.replace("PATH", "PATH" + "?access_token=TOKEN")
                                        .replace("Authorization: Bearer TOKEN\r\n", "")
                                + "\r\n",
                        true),
                new Hostile("two credentials", head + "Authorization: Bearer other\r\n\r\n", true),
                new Hostile("semicolon in the path", head.replace("PATH", "PATH;a=b") + "\r\n", true),
                new Hostile("doubled slash", head.replace("PATH", "/PATH") + "\r\n", true),
                new Hostile("encoded zero byte in the path", head.replace("PATH", "PATH%00") + "\r\n", true),
                new Hostile("later version", head.replace("HTTP/1.1", "HTTP/3.7") + "\r\n", true));
    }
}
