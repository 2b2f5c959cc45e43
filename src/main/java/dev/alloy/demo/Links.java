package dev.alloy.demo;

import org.jspecify.annotations.Nullable;

/**
 * What the reader of the story needs to look further.
 *
 * @param publicUrl where others reach the service, without a slash at its end
 * @param tokenPlace where the bootstrap token can be found: a file, or the setting that holds it
 * @param generatedToken the token itself, when nobody has chosen it; null when it was configured
 */
record Links(String publicUrl, String tokenPlace, @Nullable String generatedToken) {

    /** Its page in the console. */
    String run(String id) {
        return publicUrl + "/runs/" + id;
    }

    String swaggerUi() {
        return publicUrl + "/swagger-ui.html";
    }

    /** Records print themselves; this one holds a secret. */
    @Override
    public String toString() {
        return "Links[" + publicUrl + "]";
    }
}
