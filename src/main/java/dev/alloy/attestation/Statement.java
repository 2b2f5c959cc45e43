package dev.alloy.attestation;

import dev.alloy.contract.CanonicalJson;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An in-toto Statement, version 1: what is claimed (the predicate) of what (the subjects). Predicates that others defined are used as
 * they defined them; ours have {@code urn:alloy:} types.
 */
final class Statement {

    static final String APPROVAL = "urn:alloy:predicate:approval:v1";
    static final String EVIDENCE = "urn:alloy:predicate:evidence-summary:v1";
    static final String PROVENANCE = "https://slsa.dev/provenance/v1";
    static final String TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1";

    private static final String TYPE = "https://in-toto.io/Statement/v1";

    private final String predicateType;
    private final List<ObjectNode> subjects = new ArrayList<>();
    private final ObjectNode predicate = object();

    Statement(String predicateType) {
        this.predicateType = predicateType;
    }

    /** Adds something that the statement is about, by its digest in our form. */
    Statement about(String name, String digest) {
        subjects.add(object().put("name", name).set("digest", digestSet(digest)));
        return this;
    }

    /** Adds a commit that the statement is about. */
    Statement aboutCommit(String name, String revision) {
        ObjectNode digest = object().put("gitCommit", revision);
        subjects.add(object().put("name", name).set("digest", digest));
        return this;
    }

    /** Adds a tree of files that the statement is about, and whether it was committed. */
    Statement aboutTree(String name, String tree, String state) {
        ObjectNode subject = object().put("name", name);
        subject.putObject("digest").put("gitTree", tree);
        subject.putObject("annotations").put("tree", state);
        subjects.add(subject);
        return this;
    }

    /** What is claimed, to be filled. */
    ObjectNode predicate() {
        return predicate;
    }

    /** The bytes to be signed: the canonical form, so the same facts make the same statement. */
    byte[] bytes() {
        ObjectNode statement = object().put("_type", TYPE);
        ArrayNode about = statement.putArray("subject");
        about.addAll(subjects);
        statement.put("predicateType", predicateType);
        statement.set("predicate", predicate);
        return CanonicalJson.bytes(statement);
    }

    /** A digest of ours as in-toto writes it. */
    static ObjectNode digestSet(String digest) {
        int colon = digest.indexOf(':');
        return object().put(digest.substring(0, colon), digest.substring(colon + 1));
    }

    /** What in-toto calls a resource descriptor. */
    static ObjectNode resource(String uri, String digest) {
        return object().put("uri", uri).set("digest", digestSet(digest));
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
