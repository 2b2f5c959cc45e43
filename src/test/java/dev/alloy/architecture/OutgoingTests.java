package dev.alloy.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.net.Socket;
import java.net.URL;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The service calls nobody: no URL that a user gave is ever fetched, since nothing of it can fetch. Source: access.md, “Rules”. */
class OutgoingTests {

    private static final Map<String, String> CALLS = Map.of(
            "DemoApi",
            "it is an outside client of the service's own API, at the address that the service itself listens on",
            "WarmUp",
            "it calls the service itself, at the address that it listens on, before anybody else does",
            "AlloyApi",
            "it is the runner's, a program apart from the service, and calls the server that its operator named");

    private static final Set<String> CLIENTS = Set.of(
            "org.springframework.web.client", "org.springframework.web.reactive.function.client", "java.net.http");

    private static final DescribedPredicate<JavaAccess<?>> SOMETHING_ELSEWHERE =
            describe("something elsewhere", access -> {
                JavaClass owner = access.getTargetOwner();
                String name = access.getTarget().getName();
                return CLIENTS.contains(owner.getPackageName())
                        || (owner.isEquivalentTo(URL.class) && (name.startsWith("open") || name.equals("getContent")))
                        || (owner.isAssignableTo(Socket.class) && (name.equals("<init>") || name.equals("connect")));
            });

    @Test
    void nothingCallsElsewhere() {
        Checked.inMain(noClasses()
                        .that(Excused.not(CALLS))
                        .should()
                        .accessTargetWhere(SOMETHING_ELSEWHERE)
                        .because("whoever can make the service fetch a URL reaches what only the service should reach"))
                .andFinds(
                        "Caller.client()",
                        "Caller.stream(java.lang.String)",
                        "Caller.connection(java.lang.String)",
                        "Caller.socket(java.lang.String)",
                        "Caller.springs()");
    }
}
