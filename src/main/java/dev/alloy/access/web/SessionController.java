package dev.alloy.access.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.Session;
import dev.alloy.access.Sessions;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Who is signed in to the console. */
@Tag(name = "Access")
@RestController
class SessionController {

    private final Sessions sessions;

    SessionController(Sessions sessions) {
        this.sessions = sessions;
    }

    @Schema(name = "ConsoleSession")
    record SessionResponse(
            String id,
            @Nullable String organizationId,
            String name,
            String credentialId,
            Instant createdAt,
            Instant lastUsedAt,
            Instant expiresAt) {

        static SessionResponse of(Session session) {
            Caller caller = session.caller();
            return new SessionResponse(
                    session.id(),
                    caller.organizationId(),
                    caller.name(),
                    caller.credentialId(),
                    session.createdAt(),
                    session.lastUsedAt(),
                    session.expiresAt());
        }
    }

    @Access(authority = Authority.VIEW)
    @Operation(
            operationId = "listSessions",
            summary = "List console sessions, newest first: your own, or for an administrator all of them")
    @GetMapping("/api/sessions")
    Page<SessionResponse> list(Caller caller, PageQuery page) {
        return sessions.list(caller, page).map(SessionResponse::of);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "endSession", summary = "End a console session: your own, or as an administrator any")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @DeleteMapping("/api/sessions/{id}")
    void end(Caller caller, @PathVariable String id) {
        sessions.end(caller, id);
    }
}
