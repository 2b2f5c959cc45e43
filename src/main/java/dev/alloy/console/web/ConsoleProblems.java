package dev.alloy.console.web;

import dev.alloy.problem.Masked;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemPage;
import dev.alloy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.stereotype.Component;

/** Draws refusals and failures as pages: what happened, why, and what to do. */
@Component
class ConsoleProblems implements ProblemPage {

    /**
     * A refusal as it is shown.
     *
     * @param errors places that are wrong, a sentence each
     */
    record View(
            int status,
            String slug,
            String title,
            String detail,
            String remedy,
            List<String> errors,
            String correlationId,
            Address about) {}

    @Override
    public byte[] render(HttpServletRequest request, ProblemException problem, String correlationId) {
        ProblemType type = problem.type();
        var view = new View(
                type.status().value(),
                type.slug(),
                type.title(),
                Masked.text(String.valueOf(problem.getMessage())),
                type == ProblemType.UNAUTHENTICATED
                        ? "Sign in again with a token that is still valid."
                        : problem.remedy(),
                problem.errors().stream()
                        .map(error -> Masked.text(error.pointer() + ": " + error.detail()))
                        .toList(),
                correlationId,
                Address.of("problems", type.slug()));
        Shell shell = Shell.of(request, type.title(), Shell.Section.NONE);
        return Html.bytes(out -> JteproblemGenerated.render(out, Html.AS_IT_IS, shell, view));
    }
}
