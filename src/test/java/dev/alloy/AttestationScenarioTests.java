package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.alloy.contract.Digest;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is signed, and that others can verify it. */
@AlloyTest
class AttestationScenarioTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static Replicas replicas;

    @LocalServerPort
    private int port;

    /** Whose keys and signatures may be taken away. */
    @BeforeAll
    static void start() {
        replicas = Replicas.start(1);
    }

    @AfterAll
    static void stop() {
        replicas.close();
    }

    private static JsonNode statement(JsonNode envelope) {
        return JSON.readTree(Base64.getDecoder().decode(envelope.path("payload").asString()));
    }

    /** Verifies with nothing of ours: the encoding is put together here once more. */
    private static boolean isVerified(JsonNode envelope, JsonNode keys) {
        byte[] payload = Base64.getDecoder().decode(envelope.path("payload").asString());
        String type = envelope.path("payloadType").asString();
        byte[] head =
                ("DSSEv1 " + type.length() + " " + type + " " + payload.length + " ").getBytes(StandardCharsets.UTF_8);
        byte[] signed = Arrays.copyOf(head, head.length + payload.length);
        System.arraycopy(payload, 0, signed, head.length, payload.length);
        JsonNode signature = envelope.at("/signatures/0");
        String pem = keys.path("items")
                .valueStream()
                .filter(key -> key.path("key_id").equals(signature.path("keyid")))
                .map(key -> key.path("public_key_pem").asString())
                .findFirst()
                .orElseThrow();
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der)));
            verifier.update(signed);
            return verifier.verify(
                    Base64.getDecoder().decode(signature.path("sig").asString()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode keys(World world) {
        return world.admin().as(null).get("/api/attestation-keys").expect(200).json();
    }

    @Test
    void anApprovalIsSignedWhenItIsGiven() {
        World world = World.on(port);
        JsonNode approval = world.approve(world.brief());

        JsonNode envelope = world.admin()
                .get("/api/approvals/" + approval.path("id").asString() + "/attestation")
                .expect(200)
                .json();

        assertThat(envelope.path("payloadType").asString()).isEqualTo("application/vnd.in-toto+json");
        assertThat(isVerified(envelope, keys(world))).isTrue();
        JsonNode statement = statement(envelope);
        assertThat(statement.path("_type").asString()).isEqualTo("https://in-toto.io/Statement/v1");
        assertThat(statement.path("predicateType").asString()).isEqualTo("urn:alloy:predicate:approval:v1");
        assertThat("sha256:" + statement.at("/subject/0/digest/sha256").asString())
                .isEqualTo(approval.path("brief_digest").asString());
        assertThat("sha256:" + statement.at("/subject/1/digest/sha256").asString())
                .isEqualTo(approval.path("prompt_pack_digest").asString());
        assertThat(statement.path("predicate").path("approved_by")).isEqualTo(approval.path("approved_by"));
        assertThat(statement.path("predicate").path("scope").asString()).isEqualTo("dry_run");
    }

    @Test
    void aRunIsAttestedInAllItsParts() {
        World world = World.on(port);
        World.Started started = world.startedRun();
        String path = started.lease().path() + "/attestation";
        assertThat(world.admin().get(path).expect(409).problem()).isEqualTo("run-not-ended");
        JsonNode taken = started.complete();

        JsonNode envelope = world.admin().get(path).expect(200).json();

        assertThat(isVerified(envelope, keys(world))).isTrue();
        JsonNode summary = statement(envelope);
        assertThat(summary.path("predicateType").asString()).isEqualTo("urn:alloy:predicate:evidence-summary:v1");
        byte[] raw = world.admin()
                .get("/api/run-results/" + taken.path("id").asString() + "/raw")
                .expect(200)
                .bytes();
        assertThat("sha256:" + summary.at("/subject/0/digest/sha256").asString())
                .isEqualTo(Digest.of(raw));
        JsonNode predicate = summary.path("predicate");
        assertThat(predicate.at("/brief/digest")).isEqualTo(started.run().path("brief_digest"));
        assertThat(predicate.at("/prompt_pack/digest")).isEqualTo(started.run().path("prompt_pack_digest"));
        assertThat(predicate.at("/result/digest").asString()).isEqualTo(Digest.of(raw));
        assertThat(predicate.path("standing").asString()).isEqualTo("runners_word_alone");
        assertThat(world.admin().get(path).expect(200).json())
                .as("the same facts")
                .isEqualTo(envelope);

        List<JsonNode> all = lines(world.admin(), path);
        assertThat(all)
                .allSatisfy(one -> assertThat(isVerified(one, keys(world))).isTrue());
        assertThat(all.stream().map(one -> statement(one).path("predicateType").asString()))
                .containsExactly(
                        "urn:alloy:predicate:evidence-summary:v1",
                        "https://in-toto.io/attestation/test-result/v0.1",
                        "urn:alloy:predicate:approval:v1");
        assertThat(all.get(0)).isEqualTo(envelope);
        assertThat(predicate.at("/approval/digest").asString())
                .isEqualTo(Digest.of(
                        Base64.getDecoder().decode(all.get(2).path("payload").asString())));
        JsonNode gates = statement(all.get(1)).path("predicate");
        assertThat(gates.path("result").asString()).isEqualTo("FAILED");
        assertThat(gates.at("/passedTests/0").asString()).isEqualTo("verify/tests");
        assertThat(gates.at("/failedTests/0").asString()).isEqualTo("verify/vendor_import_boundary");
        assertThat(predicate.at("/exact_snapshot/verdict").asString()).isEqualTo("proven");
        assertThat(predicate.at("/totals/passing").intValue()).isEqualTo(1);
    }

    private static List<JsonNode> lines(Api api, String path) {
        Api.Answer answer = api.with("Accept", "application/jsonl").get(path).expect(200);
        assertThat(answer.header("Content-Type")).startsWith("application/jsonl");
        return answer.text().lines().map(line -> (JsonNode) JSON.readTree(line)).toList();
    }

    @Test
    void isForThoseWhoSeeTheRun() {
        World world = World.on(port);
        World.Started started = world.startedRun();
        started.complete();

        assertThat(World.on(port)
                        .person("cas", "\"view\"")
                        .get(RunnerClient.path(started.run()) + "/attestation")
                        .expect(404)
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void anApprovalFromBeforeTheFirstKeyIsShownAsUnsigned() {
        World world = World.on(replicas.port(0));
        JsonNode approval = world.approve(world.brief());
        replicas.database()
                .sql("alter table approval_attestations disable trigger user")
                .update();
        replicas.database().sql("delete from approval_attestations").update();

        JsonNode envelope = world.admin()
                .get("/api/approvals/" + approval.path("id").asString() + "/attestation")
                .expect(200)
                .json();

        assertThat(envelope.path("signatures").isArray()).isTrue();
        assertThat(envelope.path("signatures")).isEmpty();
        assertThat(statement(envelope).at("/predicate/approval_id")).isEqualTo(approval.path("id"));
    }

    @Test
    void aNewKeyBreaksNoOldSignature() throws IOException {
        World world = World.on(replicas.port(0));
        JsonNode before = world.approve(world.brief());
        String old = "/api/approvals/" + before.path("id").asString() + "/attestation";
        JsonNode signedBefore = world.admin().get(old).expect(200).json();
        Path key = replicas.dataDirectory().resolve("attestation-key.pem");
        assertThat(Files.getPosixFilePermissions(key)).hasSize(2);
        Files.delete(key);

        replicas.add();

        JsonNode keys = keys(world);
        assertThat(keys.path("items").findValuesAsString("status")).containsExactly("active", "retired");
        assertThat(keys.at("/items/1/valid_to").isString()).isTrue();
        assertThat(world.admin().get(old).expect(200).json()).isEqualTo(signedBefore);
        assertThat(isVerified(signedBefore, keys)).isTrue();
        World later = World.on(replicas.port(1));
        JsonNode after = later.admin()
                .get("/api/approvals/" + later.approve(later.brief()).path("id").asString() + "/attestation")
                .expect(200)
                .json();
        assertThat(after.at("/signatures/0/keyid")).isEqualTo(keys.at("/items/0/key_id"));
        assertThat(isVerified(after, keys)).isTrue();
    }

    @Test
    void theDocumentedCommandsVerify(@TempDir Path directory) throws IOException, InterruptedException {
        assumeThat(run(directory, "openssl version", "version.txt")).isZero();
        assumeThat(Files.readString(directory.resolve("version.txt"))).startsWith("OpenSSL 3");
        World world = World.on(port);
        JsonNode approval = world.approve(world.brief());
        byte[] envelope = world.admin()
                .get("/api/approvals/" + approval.path("id").asString() + "/attestation")
                .expect(200)
                .bytes();
        Files.write(directory.resolve("envelope.json"), envelope);
        Files.write(
                directory.resolve("keys.json"),
                world.admin().get("/api/attestation-keys").bytes());
        String page = Files.readString(Path.of("docs/verify.md"));
        int from = page.indexOf("```bash\n") + "```bash\n".length();
        String commands = page.substring(from, page.indexOf("```", from));

        assertThat(run(directory, commands, "good.txt")).isZero();
        assertThat(Files.readString(directory.resolve("good.txt"))).contains("Signature Verified Successfully");
        assertThat(Files.readString(directory.resolve("payload.json")))
                .contains(approval.path("id").asString());

        String changed =
                new String(envelope, StandardCharsets.UTF_8).replaceFirst("\"payload\":\"eyJ", "\"payload\":\"eyI");
        Files.writeString(directory.resolve("envelope.json"), changed);
        assertThat(run(directory, commands, "bad.txt")).isNotZero();
        assertThat(Files.readString(directory.resolve("bad.txt"))).doesNotContain("Verified Successfully");
    }

    private static int run(Path directory, String commands, String output) throws IOException, InterruptedException {
        return new ProcessBuilder("bash", "-c", commands)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(output).toFile())
                .start()
                .waitFor();
    }
}
