package dev.alloy.openapi;

import static dev.alloy.problem.ProblemType.AUTHORITY_MISSING;
import static dev.alloy.problem.ProblemType.ID_TAKEN;
import static dev.alloy.problem.ProblemType.INVALID_BODY;
import static dev.alloy.problem.ProblemType.INVALID_CURSOR;
import static dev.alloy.problem.ProblemType.LEASE_INVALID;
import static dev.alloy.problem.ProblemType.LEASE_REQUIRED;
import static dev.alloy.problem.ProblemType.LEASE_SUPERSEDED;
import static dev.alloy.problem.ProblemType.NOT_FOUND;
import static dev.alloy.problem.ProblemType.PRECONDITION_FAILED;
import static dev.alloy.problem.ProblemType.PRECONDITION_REQUIRED;
import static dev.alloy.problem.ProblemType.UNAUTHENTICATED;
import static dev.alloy.problem.ProblemType.UNKNOWN_REFERENCE;
import static dev.alloy.problem.ProblemType.UNSUPPORTED_SCHEMA_VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.access.Access;
import dev.alloy.http.JsonBody;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.method.HandlerMethod;

class ProblemRulesTests {

    @Test
    void expectsACredentialWhereSomebodyInParticularMayCall() {
        assertThat(problemsOf("open")).doesNotContain(UNAUTHENTICATED, AUTHORITY_MISSING);
        assertThat(problemsOf("anyone")).contains(UNAUTHENTICATED).doesNotContain(AUTHORITY_MISSING);
        assertThat(problemsOf("runner")).contains(UNAUTHENTICATED, AUTHORITY_MISSING);
    }

    @Test
    void knowsWhatALeaseCanBeRefusedFor() {
        assertThat(problemsOf("runner")).contains(LEASE_REQUIRED, LEASE_INVALID, LEASE_SUPERSEDED);
    }

    @Test
    void demandsAPreconditionOfAChangeOnly() {
        assertThat(problemsOf("change")).contains(PRECONDITION_FAILED, PRECONDITION_REQUIRED, NOT_FOUND);
        assertThat(problemsOf("replace")).contains(PRECONDITION_FAILED).doesNotContain(PRECONDITION_REQUIRED);
    }

    @Test
    void looksIntoTheSchemaOfABody() {
        assertThat(problemsOf("change")).contains(INVALID_BODY).doesNotContain(UNKNOWN_REFERENCE);
        assertThat(problemsOf("create")).contains(INVALID_BODY, UNKNOWN_REFERENCE, UNSUPPORTED_SCHEMA_VERSION);
    }

    @Test
    void addsWhatTheMethodDeclares() {
        assertThat(problemsOf("create")).contains(ID_TAKEN);
        assertThat(problemsOf("open")).contains(INVALID_CURSOR).doesNotContain(ID_TAKEN, NOT_FOUND, INVALID_BODY);
    }

    private static Set<ProblemType> problemsOf(String name) {
        var method = Arrays.stream(Sample.class.getDeclaredMethods())
                .filter(one -> one.getName().equals(name))
                .findFirst()
                .orElseThrow();
        return ProblemRules.of(new HandlerMethod(new Sample(), method));
    }

    @JsonBody(schema = "change_project")
    record Change() {}

    @JsonBody(schema = "create_installation")
    record Create() {}

    @SuppressWarnings("unused")
    static class Sample {

        @GetMapping
        void open(PageQuery page) {}

        @Access(anyone = true)
        @GetMapping
        void anyone() {}

        @Access(runner = true)
        @PostMapping
        void runner(@RequestHeader(name = "Alloy-Lease", required = false) String lease) {}

        @PatchMapping
        void change(@PathVariable String id, @RequestHeader("If-Match") String ifMatch, @RequestBody Change body) {}

        @PutMapping
        void replace(@RequestHeader("If-Match") String ifMatch) {}

        @Problems(ID_TAKEN)
        @PostMapping
        void create(@RequestBody Create body) {}
    }
}
