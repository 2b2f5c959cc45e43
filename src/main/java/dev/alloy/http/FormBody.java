package dev.alloy.http;

import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Reads what a page's form sends, as strictly as bodies in JSON are read. */
public final class FormBody {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private FormBody() {}

    /**
     * The fields of a form. Refused: {@code unsupported-media-type}, {@code payload-too-large}, {@code body-too-slow}, and {@code
     * invalid-parameter} for what is no well-formed UTF-8 or names a field twice.
     *
     * @param limit the most bytes
     */
    public static Map<String, String> read(HttpServletRequest request, int limit) throws IOException {
        refuseOther(request.getContentType() == null ? "" : request.getContentType());
        var body = new ByteArrayOutputStream();
        BodyReader.copy(request, limit, GRACE, body);
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : body.toString(StandardCharsets.ISO_8859_1).split("&", -1)) {
            if (!pair.isEmpty()) {
                int end = pair.indexOf('=');
                String name = decode(end < 0 ? pair : pair.substring(0, end));
                if (fields.put(name, end < 0 ? "" : decode(pair.substring(end + 1))) != null) {
                    throw ProblemType.INVALID_PARAMETER.because("A field of the form is given more than once.");
                }
            }
        }
        return fields;
    }

    private static void refuseOther(String contentType) {
        try {
            if (MediaType.parseMediaType(contentType).isCompatibleWith(MediaType.APPLICATION_FORM_URLENCODED)) {
                return;
            }
        } catch (InvalidMediaTypeException e) {
            throw notAForm();
        }
        throw notAForm();
    }

    private static ProblemException notAForm() {
        return ProblemType.UNSUPPORTED_MEDIA_TYPE.because("Send only the fields of the page's form.");
    }

    private static String decode(String sent) {
        try {
            byte[] bytes = URLDecoder.decode(sent, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw ProblemType.INVALID_PARAMETER.because("The form is not well-formed, percent-encoded UTF-8.");
        }
    }
}
