package dev.alloy.contract;

/** Compares names of commits, which may be shortened. Pure. Source: access.md, “Rules”. */
public final class Revisions {

    private Revisions() {}

    /** Whether a reported revision is the approved one: it begins with its digits. */
    public static boolean matches(String reported, String approved) {
        return reported.startsWith(approved);
    }

    /** Whether the name has all digits of a commit's, SHA-1 or SHA-256. */
    public static boolean isComplete(String revision) {
        return revision.length() == 40 || revision.length() == 64;
    }

    /** Whether two names are of one commit: either may be shortened, so one begins with the other. */
    public static boolean areOne(String revision, String other) {
        return revision.startsWith(other) || other.startsWith(revision);
    }
}
