package dev.planted.console.web;

import gg.jte.Content;
import gg.jte.TemplateOutput;

/** Planted: writes what nobody escaped. */
class RawMarkup {

    Content content() {
        return output -> output.writeContent("<b>");
    }

    void write(TemplateOutput output, String text) {
        output.writeContent(text);
    }

    String path() {
        return "https://elsewhere.example";
    }
}
