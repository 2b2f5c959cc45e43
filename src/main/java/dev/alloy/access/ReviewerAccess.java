package dev.alloy.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Allows reviewers. The scope of what they decide about says which approving authority it takes. */
@Access(
        authority = {
            Authority.APPROVE_DRY_RUN,
            Authority.APPROVE_MUTATION,
            Authority.APPROVE_COMMIT_PUSH,
            Authority.APPROVE_RELEASE
        },
        each = "'approve_dry_run' for the scope dry_run, 'approve_mutation' for audit_only and full,"
                + " 'approve_commit_push' for commit_push, 'approve_release' for release")
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ReviewerAccess {}
