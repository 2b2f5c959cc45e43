package dev.alloy.openapi;

import dev.alloy.problem.ProblemType;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.List;
import java.util.stream.Collectors;

/** An answer that is a problem of one of several types of the same status. */
final class ProblemAnswer {

    private static final String PROBLEM = "application/problem+json";

    private ProblemAnswer() {}

    static ApiResponse of(List<ProblemType> types) {
        var media = new MediaType().schema(new JsonSchema().$ref("#/components/schemas/Problem"));
        types.forEach(
                type -> media.addExamples(type.slug(), new Example().$ref("#/components/examples/" + type.slug())));
        var answer = new ApiResponse()
                .description(types.stream()
                        .map(type -> "`" + type.slug() + "`: " + type.title() + ".")
                        .collect(Collectors.joining("\n\n")))
                .content(new Content().addMediaType(PROBLEM, media));
        switch (types.get(0).status().value()) {
            case 401 -> answer.addHeaderObject("WWW-Authenticate", header("WWW-Authenticate"));
            case 429 ->
                List.of("Retry-After", "RateLimit-Policy", "RateLimit")
                        .forEach(name -> answer.addHeaderObject(name, header(name)));
            case 503 -> answer.addHeaderObject("Retry-After", header("Retry-After"));
            default -> {}
        }
        return answer;
    }

    /** The types that an answer tells of; none where it is no problem. */
    static List<String> types(ApiResponse answer) {
        MediaType media =
                answer.getContent() == null ? null : answer.getContent().get(PROBLEM);
        return media == null || media.getExamples() == null
                ? List.of()
                : List.copyOf(media.getExamples().keySet());
    }

    private static Header header(String name) {
        return new Header().$ref("#/components/headers/" + name);
    }
}
