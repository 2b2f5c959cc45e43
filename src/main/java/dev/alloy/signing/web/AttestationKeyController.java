package dev.alloy.signing.web;

import dev.alloy.access.Access;
import dev.alloy.signing.PublishedKey;
import dev.alloy.signing.SigningKeys;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The public keys that signatures are verified with. */
@Tag(name = "Audit")
@RestController
class AttestationKeyController {

    private final SigningKeys keys;

    AttestationKeyController(SigningKeys keys) {
        this.keys = keys;
    }

    record KeyResponse(
            String keyId,
            String algorithm,
            String publicKeyPem,
            Instant validFrom,
            @Nullable Instant validTo,
            String status) {

        static KeyResponse of(PublishedKey key) {
            return new KeyResponse(
                    key.keyId(),
                    "ed25519",
                    key.pem(),
                    key.validFrom(),
                    key.validTo(),
                    key.validTo() == null ? "active" : "retired");
        }
    }

    record KeysResponse(List<KeyResponse> items) {}

    @Access(open = true)
    @Operation(
            operationId = "listAttestationKeys",
            summary = "List the public keys that attestations are verified with")
    @GetMapping("/api/attestation-keys")
    KeysResponse list() {
        return new KeysResponse(keys.all().stream().map(KeyResponse::of).toList());
    }
}
