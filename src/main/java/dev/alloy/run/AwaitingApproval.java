package dev.alloy.run;

import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.PromptPack;
import dev.alloy.compilation.ReviewSubject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run that waits for a person's word, as a reviewer finds it.
 *
 * @param pack the prompts that would be approved
 * @param scope the scope that it needs at least
 * @param subject what would be approved, in words
 * @param reasons why no approval that is there fits
 * @param notByCallerBecause why this reader cannot give what it waits for: {@code authority-missing}, {@code brief-not-approvable} or {@code
 *     four-eyes}; null when they can
 * @param decision the same in a sentence
 */
public record AwaitingApproval(
        RunRequest run,
        PromptPack pack,
        ApprovalScope scope,
        ReviewSubject subject,
        List<DispatchReason> reasons,
        @Nullable String notByCallerBecause,
        String decision) {}
