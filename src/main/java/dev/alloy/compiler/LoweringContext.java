package dev.alloy.compiler;

import dev.alloy.contract.Digest;

/** What lowering rules decide from. */
record LoweringContext(Intent intent, CapabilityManifest manifest, CompilerInput input, String intentDigest) {

    /** The situation of an input that {@link Compiler#check} has nothing against. */
    static LoweringContext of(CompilerInput input) {
        return new LoweringContext(
                Intent.read(input.sourceIntent()),
                new CapabilityManifest(input.manifest()),
                input,
                Digest.of(input.sourceIntent()));
    }
}
