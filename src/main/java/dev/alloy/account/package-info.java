/**
 * What the record may say of a run, and on whose word: a pure function of the run, its approval, its result, traces and observations makes the
 * {@link dev.alloy.account.RunAccount}. Evidence, report, audit answer and attestation read the account and nothing else. Source: witnesses.md.
 */
@ApplicationModule(allowedDependencies = {"contract", "contract :: foundry"})
@NullMarked
package dev.alloy.account;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
