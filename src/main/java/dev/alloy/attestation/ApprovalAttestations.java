package dev.alloy.attestation;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.BriefApproved;
import dev.alloy.contract.Digest;
import dev.alloy.signing.Envelope;
import dev.alloy.signing.SigningKeys;
import java.util.Base64;
import java.util.Optional;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Signs every approval in the transaction that gives it. The same statement is shown later. */
@Service
public class ApprovalAttestations {

    private final Approvals approvals;
    private final SigningKeys keys;
    private final JdbcClient jdbc;

    ApprovalAttestations(Approvals approvals, SigningKeys keys, JdbcClient jdbc) {
        this.approvals = approvals;
        this.keys = keys;
        this.jdbc = jdbc;
    }

    /** Signs it. */
    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    public void onApproval(BriefApproved given) {
        Approval approval = given.approval();
        byte[] statement = ApprovalStatements.of(approval).bytes();
        Envelope envelope = keys.sign(Envelope.IN_TOTO, statement);
        Envelope.Signed signed = envelope.signatures().get(0);
        jdbc.sql("""
                        insert into approval_attestations (approval_id, organization_id, project_id, statement, digest, key_id, signature)
                        values (:approval, :organization, :project, :statement, :digest, :key, :signature)
                        """)
                .param("approval", approval.id())
                .param("organization", approval.organizationId())
                .param("project", approval.projectId())
                .param("statement", statement)
                .param("digest", Digest.of(statement))
                .param("key", signed.keyid())
                .param("signature", Base64.getDecoder().decode(signed.sig()))
                .update();
    }

    /** The envelope of an approval within the caller's reach; without a signature where none was made. */
    @Transactional(readOnly = true)
    public Envelope of(Caller caller, String approvalId) {
        Approval approval = approvals.get(caller, approvalId);
        return stored(approval)
                .orElseGet(() -> Envelope.unsigned(
                        Envelope.IN_TOTO, ApprovalStatements.of(approval).bytes()));
    }

    /** The digest of the statement in that envelope. */
    @Transactional(readOnly = true)
    public String digest(Caller caller, String approvalId) {
        return Digest.of(Base64.getDecoder().decode(of(caller, approvalId).payload()));
    }

    private Optional<Envelope> stored(Approval approval) {
        return jdbc.sql("""
                        select statement, key_id, signature from approval_attestations
                        where organization_id = :organization and approval_id = :approval
                        """)
                .param("organization", approval.organizationId())
                .param("approval", approval.id())
                .query((row, n) -> Envelope.of(
                        Envelope.IN_TOTO,
                        row.getBytes("statement"),
                        row.getString("key_id"),
                        row.getBytes("signature")))
                .optional();
    }
}
