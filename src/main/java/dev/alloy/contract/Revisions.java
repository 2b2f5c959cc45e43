package dev.alloy.contract;

/** Compares names of commits, which may be shortened. Pure. Source: access.md, “Rules”. */
public final class Revisions {

    private Revisions() {}

    /** Whether a reported revision is the approved one: it begins with its digits. */
    public static boolean matches(String reported, String approved) {
        return reported.startsWith(approved);
    }

    /** Whether two names are of one commit: either may be shortened, so one begins with the other. */
    public static boolean areOne(String revision, String other) {
        return revision.startsWith(other) || other.startsWith(revision);
    }
}
