package dev.alloy.openapi;

import dev.alloy.http.Creates;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Map;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.method.HandlerMethod;

/**
 * Documents what success looks like: its status, what {@code Location} and {@code ETag} say, 304 where a GET has a tag, and 204
 * where a call waits for something.
 */
@Component
@Order(Rank.SUCCESS)
class SuccessDocumentation implements OperationCustomizer {

    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "200", "Done; the answer is in the body.",
            "201", "Created; Location says where.",
            "202", "Accepted; it takes effect later.",
            "204", "Done; the answer has no body.");

    /** What springdoc writes when the author wrote nothing. */
    private static final Map<String, String> REASONS =
            Map.of("200", "OK", "201", "Created", "202", "Accepted", "204", "No Content");

    private final TaggedAnswers tagged;

    SuccessDocumentation(TaggedAnswers tagged) {
        this.tagged = tagged;
    }

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        ApiResponses responses = operation.getResponses();
        boolean creates = method.hasMethodAnnotation(Creates.class);
        ApiResponse assumed = responses.get("200");
        if (creates && assumed != null && !responses.containsKey("201")) {
            responses.addApiResponse("201", new ApiResponse().content(assumed.getContent()));
            if (!describesAnswers(method)) {
                responses.remove("200");
            }
        }
        responses.forEach((status, response) -> complete(status, response, creates, tagged.isTagged(method)));
        if (method.hasMethodAnnotation(GetMapping.class) && tagged.isTagged(method)) {
            responses.addApiResponse("304", new ApiResponse().description("The ETag sent is still current."));
        }
        return operation;
    }

    /** A 200 that the author wrote beside the creation stays; one that springdoc assumed gives way. */
    private static boolean describesAnswers(HandlerMethod method) {
        return method.hasMethodAnnotation(io.swagger.v3.oas.annotations.responses.ApiResponse.class)
                || method.hasMethodAnnotation(io.swagger.v3.oas.annotations.responses.ApiResponses.class);
    }

    private static void complete(String status, ApiResponse response, boolean creates, boolean tagged) {
        String description = response.getDescription();
        if (description == null || description.equals(REASONS.get(status))) {
            response.setDescription(DESCRIPTIONS.getOrDefault(status, status));
        }
        if (status.equals("204")) {
            response.setContent(null);
        }
        if (creates) {
            response.addHeaderObject("Location", header("Location"));
            response.addHeaderObject("Idempotent-Replayed", header("Idempotent-Replayed"));
        }
        if (tagged && response.getContent() != null) {
            response.addHeaderObject("ETag", header("ETag"));
        }
    }

    private static Header header(String name) {
        return new Header().$ref("#/components/headers/" + name);
    }
}
