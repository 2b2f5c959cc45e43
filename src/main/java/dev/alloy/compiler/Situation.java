package dev.alloy.compiler;

/** What lowering rules decide from. */
record Situation(Intent intent, Manifest manifest, CompilerInput input, String intentDigest) {}
