package dev.alloy.outcome;

import dev.alloy.account.AccountDocument;
import dev.alloy.account.RunAccount;
import dev.alloy.contract.Digest;
import dev.alloy.run.RunRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of accounts: added, never changed. */
@Component
class AccountRows {

    /** Adds a version; also as the last part of the statement that stores a result. */
    static final String INSERT = """
            insert into run_accounts (organization_id, project_id, run_request_id, version, rules, status, document, digest)
            values (:organization, :project, :run, :version, :rules, :accountStatus, :document, :documentDigest)
            """;

    private final JdbcClient jdbc;

    AccountRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    record Row(byte[] document, String digest) {

        static Row read(ResultSet row) throws SQLException {
            return new Row(row.getBytes("document"), row.getString("digest"));
        }
    }

    /** Adds a version; answers the digest of its bytes. */
    String add(RunRequest run, RunAccount account) {
        byte[] document = AccountDocument.bytes(account);
        String digest = Digest.of(document);
        jdbc.sql(INSERT)
                .param("organization", run.organizationId())
                .param("project", run.projectId())
                .param("run", run.id())
                .param("version", account.version())
                .param("rules", account.rules())
                .param("accountStatus", account.status())
                .param("document", document)
                .param("documentDigest", digest)
                .update();
        return digest;
    }

    Optional<Row> newest(RunRequest run) {
        return jdbc.sql("""
                        select document, digest from run_accounts
                        where organization_id = :organization and run_request_id = :run order by version desc limit 1
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .query((row, n) -> Row.read(row))
                .optional();
    }

    Optional<Row> version(RunRequest run, int version) {
        return jdbc.sql("""
                        select document, digest from run_accounts
                        where organization_id = :organization and run_request_id = :run and version = :version
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .param("version", version)
                .query((row, n) -> Row.read(row))
                .optional();
    }

    /** The newest documents of these runs. */
    List<byte[]> newest(String organizationId, List<String> runIds) {
        return runIds.isEmpty()
                ? List.of()
                : jdbc.sql("""
                        select distinct on (run_request_id) document from run_accounts
                        where organization_id = :organization and run_request_id in (:runs)
                        order by run_request_id, version desc
                        """)
                        .param("organization", organizationId)
                        .param("runs", runIds)
                        .query((row, n) -> row.getBytes(1))
                        .list();
    }
}
