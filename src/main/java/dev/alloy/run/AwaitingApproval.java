package dev.alloy.run;

import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.PromptPack;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run that waits for a person's word, as a reviewer finds it.
 *
 * @param pack the prompts that would be approved
 * @param scope the scope that it needs at least
 * @param reasons why no approval that is there fits
 * @param notByCallerBecause why this reader cannot give what it waits for: {@code authority-missing} or {@code four-eyes}; null when they can
 */
public record AwaitingApproval(
        RunRequest run,
        PromptPack pack,
        ApprovalScope scope,
        List<Reason> reasons,
        @Nullable String notByCallerBecause) {}
