package dev.planted.console.web;

import org.springframework.web.bind.annotation.GetMapping;

/** Planted: a page that does not say who may look at it. */
class PageForNobodyInParticular {

    @GetMapping("/anything")
    String page() {
        return "";
    }
}
