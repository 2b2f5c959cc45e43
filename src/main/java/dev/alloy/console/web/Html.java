package dev.alloy.console.web;

import gg.jte.html.HtmlInterceptor;
import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Draws a template into an answer. Templates are called as the classes that they become: one that expects another model does not compile. */
final class Html {

    private static final MediaType TYPE = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

    /** Nothing is added to what the templates say. */
    static final HtmlInterceptor AS_IT_IS = new HtmlInterceptor() {
        @Override
        public void onHtmlTagOpened(String name, Map<String, Object> attributes, gg.jte.TemplateOutput output) {
            // Nothing is added.
        }

        @Override
        public void onHtmlTagClosed(String name, gg.jte.TemplateOutput output) {
            // Nothing is added.
        }
    };

    private Html() {}

    static ResponseEntity<byte[]> page(Consumer<HtmlTemplateOutput> template) {
        return page(HttpStatus.OK, template);
    }

    static ResponseEntity<byte[]> page(HttpStatus status, Consumer<HtmlTemplateOutput> template) {
        return ResponseEntity.status(status).contentType(TYPE).body(bytes(template));
    }

    static byte[] bytes(Consumer<HtmlTemplateOutput> template) {
        var text = new StringOutput();
        template.accept(new OwaspHtmlTemplateOutput(text));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Sends the browser on with a GET, so reloading repeats nothing. */
    static ResponseEntity<byte[]> seeOther(Address address) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .header("Location", address.path())
                .build();
    }
}
