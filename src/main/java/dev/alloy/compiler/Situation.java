package dev.alloy.compiler;

import dev.alloy.contract.Digest;

/** What lowering rules decide from. */
record Situation(Intent intent, Manifest manifest, CompilerInput input, String intentDigest) {

    /** The situation of an input that {@link Compiler#check} has nothing against. */
    static Situation of(CompilerInput input) {
        return new Situation(
                Intent.read(input.sourceIntent()),
                new Manifest(input.manifest()),
                input,
                Digest.of(input.sourceIntent()));
    }
}
