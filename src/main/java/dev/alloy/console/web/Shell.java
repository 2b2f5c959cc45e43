package dev.alloy.console.web;

import dev.alloy.access.Caller;
import dev.alloy.access.Session;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * What every page has around it.
 *
 * @param title of the page
 * @param section which of the console's parts it belongs to
 * @param person who is signed in; null for a visitor
 * @param organization theirs; null for nobody, and for the bootstrap token
 * @param formToken what each of its forms carries
 * @param query what is searched for; empty for nothing
 */
record Shell(
        String title,
        Section section,
        @Nullable String person,
        @Nullable String organization,
        String formToken,
        String query) {

    /** The parts that the navigation leads to. */
    enum Section {
        INBOX,
        RUNS,
        NONE
    }

    static Shell of(HttpServletRequest request, String title, Section section) {
        Visitor visitor = Visitor.of(request);
        Session session = visitor.session();
        Caller caller = session == null ? null : session.caller();
        return new Shell(
                title,
                section,
                caller == null ? null : caller.name(),
                caller == null ? null : caller.organizationId(),
                visitor.formToken(),
                "");
    }

    /** The same around a page that shows what was found. */
    Shell searching(String words) {
        return new Shell(title, section, person, organization, formToken, words);
    }

    Address styles() {
        return Assets.STYLES;
    }

    Address script() {
        return Assets.SCRIPT;
    }

    Address icon() {
        return Assets.ICON;
    }

    boolean is(Section other) {
        return section == other;
    }
}
