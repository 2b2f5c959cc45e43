package dev.alloy.http;

import dev.alloy.contract.Finding;
import dev.alloy.contract.JsonDocument;
import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import dev.alloy.problem.Masked;
import dev.alloy.problem.ProblemType;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@link JsonBody} records: bytes → strict JSON → schema → record. */
class StrictBodyConverter extends AbstractHttpMessageConverter<Object> {

    private final JsonMapper json;

    StrictBodyConverter(JsonMapper json) {
        super(MediaType.APPLICATION_JSON);
        this.json = json;
    }

    @Override
    protected boolean supports(Class<?> type) {
        return type.isAnnotationPresent(JsonBody.class);
    }

    /**
     * Whatever it is sent as: no other converter may read these records, since none knows their schemas. A form has been read as parameters
     * by then and looks empty; nothing reads it, which is answered as what it is.
     */
    @Override
    public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
        return supports(type) && !MediaType.APPLICATION_FORM_URLENCODED.equalsTypeAndSubtype(mediaType);
    }

    @Override
    protected boolean canWrite(@Nullable MediaType mediaType) {
        return false;
    }

    @Override
    protected Object readInternal(Class<?> type, HttpInputMessage input) throws IOException {
        refuseOther(input.getHeaders().getContentType());
        byte[] bytes = input.getBody().readAllBytes();
        ObjectNode tree = object(bytes);
        JsonBody body = type.getAnnotation(JsonBody.class);
        if (body.validated()) {
            Bodies.validate(body.schema(), tree);
        }
        return bind(type, new JsonDocument(bytes, tree));
    }

    private static void refuseOther(@Nullable MediaType sent) {
        if (sent == null || !sent.isCompatibleWith(MediaType.APPLICATION_JSON)) {
            throw ProblemType.UNSUPPORTED_MEDIA_TYPE.because((sent == null
                            ? "The body has no Content-Type; "
                            : "The body was sent as '" + Masked.excerpt(sent.toString()) + "'; ")
                    + "send application/json in UTF-8.");
        }
    }

    private static ObjectNode object(byte[] bytes) {
        try {
            JsonNode value = StrictJson.read(bytes);
            if (value instanceof ObjectNode object) {
                return object;
            }
            throw ProblemType.MALFORMED_JSON
                    .because("The body must be a JSON object.")
                    .at("", "wrong-type", "An object is expected here.");
        } catch (UnreadableJson e) {
            throw Bodies.unreadable(e);
        }
    }

    private Object bind(Class<?> type, JsonDocument document) {
        RecordComponent[] components = type.getRecordComponents();
        if (components.length == 1 && components[0].getType() == JsonDocument.class) {
            try {
                var constructor = type.getDeclaredConstructor(JsonDocument.class);
                constructor.setAccessible(true);
                return constructor.newInstance(document);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("Cannot make a " + type, e);
            }
        }
        try {
            return json.treeToValue(document.tree(), type);
        } catch (JacksonException e) {
            throw ProblemType.INVALID_BODY
                    .because("One thing in the body is wrong.")
                    .at(pointer(e), "wrong-type", "The value has the wrong form.");
        }
    }

    private static String pointer(JacksonException e) {
        var pointer = new StringBuilder();
        for (var reference : e.getPath()) {
            String name = reference.getPropertyName();
            pointer.append('/').append(name == null ? String.valueOf(reference.getIndex()) : Finding.escape(name));
        }
        return pointer.toString();
    }

    @Override
    protected void writeInternal(Object value, HttpOutputMessage output) {
        throw new UnsupportedOperationException("This converter only reads");
    }
}
