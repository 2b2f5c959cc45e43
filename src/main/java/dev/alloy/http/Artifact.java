package dev.alloy.http;

import java.util.Base64;
import java.util.HexFormat;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Serves digested bytes exactly as they are kept, with what a client needs to check them. */
public final class Artifact {

    private Artifact() {}

    /**
     * An answer with the bytes, a strong {@code ETag} that is their digest, and {@code Repr-Digest}.
     *
     * @param bytes what was digested
     * @param digest their digest in our form
     */
    public static ResponseEntity<byte[]> answer(byte[] bytes, String digest, MediaType mediaType) {
        return tagged(digest, mediaType).body(bytes);
    }

    /** The same for one of several representations, which the request's Accept header chose. */
    public static ResponseEntity<byte[]> varying(byte[] bytes, String digest, MediaType mediaType) {
        return tagged(digest, mediaType).varyBy(HttpHeaders.ACCEPT).body(bytes);
    }

    /** The same as a file to keep. */
    public static ResponseEntity<byte[]> file(byte[] bytes, String digest, MediaType mediaType, String fileName) {
        String disposition =
                ContentDisposition.attachment().filename(fileName).build().toString();
        return tagged(digest, mediaType)
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition)
                .body(bytes);
    }

    private static ResponseEntity.BodyBuilder tagged(String digest, MediaType mediaType) {
        return ResponseEntity.ok()
                .contentType(mediaType)
                .eTag(EntityTag.of(digest))
                .header("Repr-Digest", reprDigest(digest));
    }

    /** The value of {@code Repr-Digest} (RFC 9530) for a digest in our form. */
    public static String reprDigest(String digest) {
        byte[] hash = HexFormat.of().parseHex(digest.substring("sha256:".length()));
        return "sha-256=:" + Base64.getEncoder().encodeToString(hash) + ":";
    }
}
