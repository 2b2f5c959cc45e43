package dev.alloy.http;

/** A request whose body has been read to its end. */
public interface ReadRequest {

    /** The digest of the body without its content coding. */
    String bodyDigest();
}
