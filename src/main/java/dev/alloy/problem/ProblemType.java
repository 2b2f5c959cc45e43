package dev.alloy.problem;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpStatus;

/**
 * Every cause for which a request is refused. Clients switch on the type; each has a page under {@code /problems/} made from
 * what stands here. Source: contract.md, “HTTP conventions”.
 */
public enum ProblemType {
    MALFORMED_JSON(
            400,
            "The body cannot be read",
            "The body is not one JSON object that every JSON reader understands alike (I-JSON, RFC 7493).",
            "Send one JSON object in UTF-8 without duplicate members, U+0000, lone surrogates or integers beyond 2^53-1."),
    JSON_LIMIT_EXCEEDED(
            400,
            "The JSON is too deep or too long",
            "The body is nested too deeply, or has too long or too many strings, names or numbers.",
            "Flatten the document or shorten the value; the limits are 64 levels, 1 MiB a string and 50,000 names and values."),
    INVALID_PARAMETER(
            400,
            "A parameter or header is wrong",
            "A query parameter, path segment or header is unknown, given twice or has an unreadable value.",
            "Compare the parameters with the OpenAPI document; remove those not listed there."),
    INVALID_CURSOR(
            400,
            "The cursor does not belong to this list",
            "A cursor is valid only for the list, filters and caller that it was made for.",
            "Start again without a cursor and follow next_cursor as it is returned."),
    MALFORMED_REQUEST(
            400,
            "The request is not valid HTTP",
            "The request line, a header or the path was refused before it reached an endpoint.",
            "Check the path for encoded slashes, dot segments and control characters, and the headers for their form. Line and headers have 4 KiB together, cookies among them."),
    UNAUTHENTICATED(
            401,
            "A valid credential is needed",
            "The Authorization header is missing, or its bearer token is unknown, expired or revoked.",
            "Send 'Authorization: Bearer <token>' with the whole token as it was shown. If it is lost or has ended, ask an administrator for a new one."),
    AUTHORITY_MISSING(
            403,
            "The credential does not allow this",
            "The caller is known but lacks the authority that this call requires.",
            "Use the credential that 'detail' names, or ask an administrator of the organization for a token with the authority that it names."),
    FORM_NOT_GENUINE(
            403,
            "The form was not sent from its page",
            "The form's token is missing or belongs to a different session. Nothing was done.",
            "Open the page again and send the form from there."),
    LEASE_REQUIRED(
            403,
            "The lease token is missing",
            "Every call of a runner after 'accepted' must carry the lease token.",
            "Send the token of the accepted attempt as 'Alloy-Lease: <lease_token>'."),
    LEASE_INVALID(
            403,
            "The lease token does not belong to this run",
            "The token in Alloy-Lease was never issued for this run.",
            "Use the lease token from the answer to this run's 'accepted'."),
    NOT_FOUND(
            404,
            "Not found",
            "The resource does not exist or belongs to another organization; the two are not told apart.",
            "Check the id, and that the token belongs to the organization you expect."),
    NO_SUCH_PATH(
            404,
            "There is no such path",
            "No call of this service has this path.",
            "Use one of the paths in 'nearest', or look the path up in the OpenAPI document under /v3/api-docs."),
    METHOD_NOT_ALLOWED(
            405,
            "The method is not allowed here",
            "The resource does not support this method.",
            "Use one of the methods in the Allow header."),
    NOT_ACCEPTABLE(
            406,
            "No acceptable representation",
            "The resource has no representation in a media type that the Accept header allows.",
            "Ask for application/json."),
    ID_TAKEN(
            409,
            "The id is taken",
            "A resource with this id already exists.",
            "Choose another id, or read the existing resource if it is yours."),
    INVALID_TRANSITION(
            409,
            "The state does not allow this",
            "The resource is in the state that 'state' names, which does not allow this move.",
            "Decide from the state in 'state'. For a run, 'GET …/dispatch-explanation' says what it waits for and what moves it on."),
    IDEMPOTENCY_KEY_IN_PROGRESS(
            409,
            "The first request with this key is still running",
            "A request with the same Idempotency-Key has not been answered yet.",
            "Wait a moment and send the same request again."),
    BRIEF_NOT_APPROVABLE(
            409,
            "The brief cannot be approved",
            "A brief that was rejected or archived, or whose required gate overlay was rejected, cannot be approved.",
            "Compile the intent again, approve that brief and request a run of it."),
    PACK_SUPERSEDED(
            409,
            "The prompt pack was edited since",
            "The edit is based on a pack that is no longer the brief's newest.",
            "Read the pack named in 'newest_prompt_pack_id' and edit that one."),
    REQUEST_CONFLICT(
            409,
            "The same run was requested with other conditions",
            "A run request with the same idempotency key exists, with a different runner_id or expires_at.",
            "To get the run in 'run_request_id', send the runner_id and expires_at that 'detail' names. To use others, cancel it, compile the intent again and request a run of that brief."),
    APPROVAL_EXPIRED(
            409,
            "The run's approval has expired",
            "The approval's expires_at has passed. The run stays in the queue but is not offered.",
            "Have the brief approved again; the run takes the next approval that fits."),
    APPROVAL_STALE(
            409,
            "The run's approval is no longer valid",
            "The approval was revoked, the prompts were edited after it, or the brief was archived. The run stays in the queue but is not offered.",
            "Have the brief approved again with the run's prompt pack; the run takes the next approval that fits. If the brief was archived, compile the intent again."),
    FOUR_EYES(
            409,
            "Another person has to approve",
            "You compiled the brief, or edited its prompts since another person approved them. Above dry_run, a different person has to approve it.",
            "Ask another person with the authority named in 'required_authority' to approve it."),
    REGISTRATION_TOKEN_USED(
            409,
            "The registration token is already used",
            "A registration token registers one runner. If the answer to that call was lost, its key is lost too.",
            "Ask for a new registration token. If the key is lost, have the runner that the first one registered revoked."),
    MANUAL_ONLY(
            409,
            "Nothing is dispatched to this installation",
            "The installation is manual: a person takes the bundle there and reports the result.",
            "Fetch the brief's bundle, and resolve the run when it is done."),
    MANIFEST_MISMATCH(
            409,
            "The installation is not what the brief was compiled for",
            "For what the installation reports now, the brief would compile differently. The run stays in the queue but is not offered.",
            "Compile the intent again and request a run of that brief; 'GET …/dispatch-explanation' lists what differs."),
    BRANCH_BUSY(
            409,
            "Another run works on the branch",
            "Only one mutating run at a time may work on a branch, and one that was accepted or lost has not ended.",
            "Wait for that run to end, or resolve it if it is lost."),
    NOT_ALLOWED_PROJECT(
            409,
            "The runner may not take runs of the project",
            "The runner's allowed_projects no longer list the run's project.",
            "Have the project added, or let a different runner take the run."),
    UNTRUSTED_FOR_EFFECT(
            409,
            "The runner is not trusted with this effect",
            "The run may change something, and the runner is not trusted with its project.",
            "Have the runner trusted with the project, or let a different runner take the run."),
    DOES_NOT_SERVE_INSTALLATION(
            409,
            "The runner does not serve the installation",
            "The runner's installation_ids no longer list the run's installation.",
            "Have the installation added, or let a different runner take the run."),
    SCHEMA_VERSION_UNSUPPORTED(
            409,
            "The runner does not read the document",
            "The runner does not declare the version of the execution request among its supported_schema_versions.",
            "Update the runner, or declare the version it reads."),
    DRAINING(
            409,
            "The runner is draining",
            "A draining runner takes no new runs; the run is back in the queue for others.",
            "Stop polling, or set the runner's status back."),
    ALREADY_REEXECUTED(
            409,
            "The run was already run again",
            "A run can be run again once; 'superseded_by' names its successor.",
            "Read the successor, and run that one again when it has ended."),
    NOT_OFFERED(
            409,
            "The run is not offered to this runner",
            "A runner can accept only the run that its last poll offered, before the offer expires.",
            "Poll for the next run request."),
    CLAIM_CONFLICT(
            409,
            "Another process accepted with this key",
            "The attempt was accepted with a different claim nonce: two processes use the same runner key.",
            "Give every runner process a key of its own."),
    RUN_UNKNOWN_AFTER_RESTORE(
            409,
            "A restore lost the run or attempt",
            "The database was restored to an earlier moment, before the run or attempt existed. A result is kept for a person to review.",
            "Stop repeating the call, start nothing, and leave the working copy as it is for a person to review."),
    REVISION_MISMATCH(
            409,
            "The repository is not at the approved revision",
            "The working copy is not at the approved revision. The run has ended.",
            "Check out the approved revision and request the run again with POST /api/run-requests/{id}/reexecutions, or compile the intent again for the present revision."),
    SEQUENCE_GAP(
            409,
            "An event is missing",
            "Events of an attempt are numbered from 1 without gaps. The batch was not kept.",
            "Send the events again, beginning with the number in 'expected'."),
    LEASE_SUPERSEDED(
            409,
            "A newer attempt has the run",
            "The lease token belongs to an older attempt. Nothing was changed; a result is kept as a late report.",
            "Stop this attempt; its reports no longer count."),
    LEASE_EXPIRED(
            409,
            "The lease is over",
            "The lease expired before this call.",
            "Stop the work; poll again. A result of the newest attempt may still be reported."),
    RESULT_CONFLICT(
            409,
            "A different result is recorded",
            "The run ended with a different result. The first one counts; this one is kept as a late report.",
            "Nothing needs to be sent again."),
    TOO_MANY_TRACES(
            409,
            "The run has enough traces",
            "The run already has as many traces as are kept for one run. This one was not kept.",
            "Read the traces that the run has."),
    RUN_NOT_ENDED(
            409,
            "The run has not ended",
            "The answer sums up a run that has ended; this one is in the state that 'state' names.",
            "Wait until the run has ended, and repeat the request."),
    AMBIGUOUS_FOUNDRY_RUN(
            409,
            "Several runs have this Foundry run id",
            "More than one run within your reach was reported with this id: Foundry installations choose their ids independently.",
            "Name the run itself: POST to the same call under /api/run-requests/{id}."),
    PRECONDITION_FAILED(
            412,
            "The resource has changed",
            "The If-Match header does not name the current version.",
            "Read the resource again and repeat the change with its new ETag."),
    PAYLOAD_TOO_LARGE(
            413,
            "The body is too large",
            "The body, as sent or after decompression, is larger than the limit.",
            "Send a smaller body; 'detail' names the limit."),
    BODY_TOO_SLOW(
            408,
            "The body came too slowly",
            "The body arrived too slowly and tied up a thread. The connection is closed.",
            "Send it again over a faster line, or compressed with gzip."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "The media type is not supported",
            "The service does not read the body's media type, charset or content coding.",
            "Send application/json in UTF-8, plain or gzip."),
    INVALID_BODY(
            422,
            "The body breaks the rules",
            "The body was read, but members are missing, unknown, of the wrong type or against a rule; 'errors' lists each.",
            "Fix every place that 'errors' points to and send the body again."),
    APPROVAL_NEVER_FITS(
            422,
            "No run could use this approval",
            "The approval names a revision or a scope that no run of the brief can have; 'errors' says which.",
            "Approve with the values in 'would_fit', or compile the intent again for the revision that you want to approve."),
    UNREADABLE_TRACE(
            422,
            "The text is not a whole trace",
            "The body is not what 'foundry trace' prints, or is cut off; 'line' says where.",
            "Send the whole output as it was printed, and check trace_format."),
    UNSUPPORTED_SCHEMA_VERSION(
            422,
            "The document's version is not supported",
            "This service does not read the kind or major version in schema_version.",
            "Send one of the versions listed in 'supported'."),
    UNKNOWN_REFERENCE(
            422,
            "The body refers to an unknown resource",
            "An id in the body names no resource within your reach.",
            "Check the id at each place that 'errors' points to."),
    INCOMPATIBLE_TARGET(
            422,
            "The installation cannot run this intent",
            "The capability manifest lacks something that the intent requires.",
            "Change the intent as 'errors' suggests, or target a different installation."),
    IDEMPOTENCY_KEY_REUSED(
            422,
            "The Idempotency-Key was used for a different request",
            "The same key was sent before with a different method, path or body.",
            "Use a new key for every new request, and the same key only to repeat one."),
    PRECONDITION_REQUIRED(
            428,
            "If-Match is required",
            "A change must name the version it is based on.",
            "Read the resource and send its ETag as If-Match."),
    TOO_MANY_REQUESTS(
            429,
            "Too many requests",
            "Too many requests came in a short time. 'limit' says whose: the token's, its organization's, or without a valid credential those of one address or of all.",
            "Wait as long as Retry-After says, and send fewer requests; RateLimit says how many are left."),
    TOO_MANY_AT_ONCE(
            429,
            "Too many requests at once",
            "Requests of one organization take turns. Too many are already waiting, or this one waited too long.",
            "Wait as long as Retry-After says, and send fewer requests at the same time."),
    INTERNAL_ERROR(
            500,
            "The service failed",
            "The request hit a fault of the service. Nothing was stored unless the resource shows otherwise.",
            "Repeat the request; if it fails again, report the correlation id."),
    UNAVAILABLE(
            503,
            "The service cannot answer now",
            "The database or another needed part is not reachable, or the service is stopping.",
            "Repeat the request after Retry-After seconds.");

    private final HttpStatus status;
    private final String title;
    private final String explanation;
    private final String remedy;

    ProblemType(int status, String title, String explanation, String remedy) {
        this.status = HttpStatus.valueOf(status);
        this.title = title;
        this.explanation = explanation;
        this.remedy = remedy;
    }

    /** The last segment of the type URI, such as {@code lease-expired}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The status it is answered with. */
    public HttpStatus status() {
        return status;
    }

    /** A short summary, the same for every occurrence. */
    public String title() {
        return title;
    }

    /** What it means. */
    public String explanation() {
        return explanation;
    }

    /** What to do next. */
    public String remedy() {
        return remedy;
    }

    /** The type with this slug. */
    public static Optional<ProblemType> of(String slug) {
        return Arrays.stream(values()).filter(type -> type.slug().equals(slug)).findFirst();
    }

    /** The type that stands for a bare status, as raised outside our own code. */
    public static ProblemType forStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> AUTHORITY_MISSING;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> PAYLOAD_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 429 -> TOO_MANY_REQUESTS;
            case 503 -> UNAVAILABLE;
            // Tomcat's words for a transfer coding and an HTTP version that it does not know: the caller's fault.
            case 501, 505 -> MALFORMED_REQUEST;
            default -> status >= 500 ? INTERNAL_ERROR : MALFORMED_REQUEST;
        };
    }

    /** A refusal of this type, to be thrown. */
    public ProblemException because(String detail) {
        return new ProblemException(this, detail);
    }
}
