package dev.alloy.account;

import org.jspecify.annotations.Nullable;

/**
 * One gate as the account has it: of the deciding phase alone, required as it was approved.
 *
 * @param phase that decided
 * @param status {@code passing}, {@code failing}, {@code unknown} where it ran and proves nothing, or {@code missing}
 *     where it did not run
 * @param test what a test result says of it: {@code passed}, {@code warned} or {@code failed}
 * @param required as approved; as the repository says where it is not approved
 * @param approved whether an approved overlay has it
 * @param ran whether a witness saw it run and end
 * @param exitCode of its command; null where it is not told
 * @param witness the strongest witness of that
 * @param because why, for people
 */
public record GateLine(
        String name,
        String phase,
        String status,
        String test,
        boolean required,
        boolean approved,
        boolean ran,
        @Nullable Integer exitCode,
        Witness witness,
        String because) {}
