package dev.alloy.demo;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the reader of the story needs to look further.
 *
 * @param publicUrl where others reach the service, without a slash at its end
 * @param tokenPlace where the bootstrap token can be found: a file, or the setting that holds it
 * @param generatedToken the token itself, when nobody has chosen it; null when it was configured
 * @param openApi whether this service shows its API
 */
record Links(String publicUrl, String tokenPlace, @Nullable String generatedToken, boolean openApi) {

    /** Its page in the console. */
    String run(String id) {
        return publicUrl + "/runs/" + id;
    }

    /** The page of its report. */
    String reportPage(String id) {
        return run(id) + "/report";
    }

    String inbox() {
        return publicUrl + "/";
    }

    /** Empty where it is turned off. */
    Optional<String> swaggerUi() {
        return openApi ? Optional.of(publicUrl + "/swagger-ui.html") : Optional.empty();
    }

    /** The call that answers a run's report, to be pasted into a shell. */
    String report(String id) {
        String token = generatedToken == null ? "$ALLOY_BOOTSTRAP_TOKEN" : "$(cat '" + tokenPlace + "')";
        return "curl -H \"Authorization: Bearer " + token + "\" " + publicUrl + "/api/run-requests/" + id + "/report";
    }

    /** Records print themselves; this one holds a secret. */
    @Override
    public String toString() {
        return "Links[" + publicUrl + "]";
    }
}
