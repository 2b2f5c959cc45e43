package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.access.CredentialSource;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Authenticates an attempt's callback token, which Foundry may use to report completion without a runner's key. */
@Component
class CallbackTokenSource implements CredentialSource {

    private final Leases leases;

    CallbackTokenSource(Leases leases) {
        this.leases = leases;
    }

    @Override
    public String prefix() {
        return Leases.CALLBACK_PREFIX;
    }

    @Override
    public Optional<Caller> authenticate(String token) {
        return leases.ofCallback(token)
                .map(attempt -> new Caller(
                        Caller.Kind.CALLBACK,
                        attempt.organizationId(),
                        attempt.runRequestId(),
                        attempt.id(),
                        Set.of(),
                        null));
    }
}
