package dev.alloy.console.web;

import dev.alloy.access.Access;
import dev.alloy.access.Session;
import dev.alloy.access.Sessions;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Signs people in with an access token, which goes no further than this, and out again. */
@Hidden
@Controller
class SignInController {

    private final Sessions sessions;
    private final SessionCookies cookies;

    SignInController(Sessions sessions, SessionCookies cookies) {
        this.sessions = sessions;
        this.cookies = cookies;
    }

    /**
     * The form.
     *
     * @param next where to go then
     * @param refusal why the last try failed; null for none
     * @param possible whether a secret may go over this line at all
     */
    record View(Address next, @Nullable String refusal, boolean possible) {}

    @Access(open = true)
    @GetMapping("/sign-in")
    ResponseEntity<byte[]> form(HttpServletRequest request, @RequestParam(required = false) @Nullable String next) {
        Address target = Address.sent(next);
        return Visitor.of(request).session() == null
                ? page(request, HttpStatus.OK, new View(target, null, cookies.isPossible(request)))
                : Html.seeOther(target);
    }

    @Access(open = true)
    @PostMapping("/sign-in")
    ResponseEntity<byte[]> signIn(
            HttpServletRequest request,
            HttpServletResponse response,
            @RequestParam String token,
            @RequestParam(required = false) @Nullable String next) {
        Address target = Address.sent(next);
        Sessions.Opened opened;
        try {
            opened = sessions.open(token.strip());
        } catch (ProblemException e) {
            if (e.type() != ProblemType.UNAUTHENTICATED) {
                throw e;
            }
            return page(request, HttpStatus.UNAUTHORIZED, new View(target, e.getMessage(), true));
        }
        // Whoever was signed in here before is not any more: the browser forgets that session.
        Session before = Visitor.of(request).session();
        if (before != null) {
            sessions.close(before);
        }
        cookies.clear(request, response, SessionCookies.Use.SIGN_IN);
        cookies.write(request, response, SessionCookies.Use.SESSION, opened.secret());
        return Html.seeOther(target);
    }

    @Access(anyone = true)
    @GetMapping("/sign-out")
    ResponseEntity<byte[]> ask(HttpServletRequest request) {
        Shell shell = Shell.of(request, "Sign out", Shell.Section.NONE);
        return Html.page(out -> JtesignOutGenerated.render(out, Html.AS_IT_IS, shell));
    }

    @Access(anyone = true)
    @PostMapping("/sign-out")
    ResponseEntity<byte[]> signOut(HttpServletRequest request, HttpServletResponse response) {
        Session session = Visitor.of(request).session();
        if (session != null) {
            sessions.close(session);
        }
        cookies.clear(request, response, SessionCookies.Use.SESSION);
        return Html.seeOther(Address.SIGN_IN);
    }

    private static ResponseEntity<byte[]> page(HttpServletRequest request, HttpStatus status, View view) {
        Shell shell = Shell.of(request, "Sign in", Shell.Section.NONE);
        return Html.page(status, out -> JtesignInGenerated.render(out, Html.AS_IT_IS, shell, view));
    }
}
