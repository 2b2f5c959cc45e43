package dev.alloy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import dev.alloy.access.Access;
import gg.jte.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;

/** Text of others cannot become markup: nothing writes past the templates, and templates never go past the escaping. */
class PageTests {

    private static final Path TEMPLATES = Path.of("src/main/jte");
    private static final Path PLANTED = Path.of("src/test/resources/planted/jte");

    /** Attributes that name an address: one of our own, or one that the type for them vouches for. */
    private static final Pattern ADDRESS =
            Pattern.compile("\\b(?:href|src|action|formaction|data|poster|srcset)=\"([^\"]*)\"");

    private static final Pattern OWN =
            Pattern.compile("/[a-z-]*(?:\\?[a-z_=]+)?|#[a-z]+|\\$\\{[\\w.()]+\\.path\\(\\)}");

    private static final DescribedPredicate<JavaClass> TEMPLATE =
            DescribedPredicate.describe("templates", type -> type.getName().matches(".*\\.Jte\\w+Generated(\\$\\d+)?"));

    private static final DescribedPredicate<JavaMethod> DRAW_PAGES = DescribedPredicate.describe(
            "draw pages of the console",
            method -> method.getOwner().getPackageName().matches("dev\\.(alloy|planted)\\.console\\.web")
                    && AnnotatedElementUtils.hasAnnotation(method.reflect(), RequestMapping.class));

    @Test
    void nobodyMakesMarkupButTheTemplates() {
        Checked.inMain(noClasses()
                        .that(DescribedPredicate.not(TEMPLATE))
                        .should()
                        .dependOnClassesThat()
                        .areAssignableTo(Content.class))
                .andFinds("RawMarkup.content()");
        Checked.inMain(noClasses()
                        .that(DescribedPredicate.not(TEMPLATE))
                        .should()
                        .callMethodWhere(DescribedPredicate.describe(
                                "something is written past the escaping",
                                call -> call.getTargetOwner().isAssignableTo("gg.jte.TemplateOutput")
                                        && call.getName().startsWith("write"))))
                .andFinds("RawMarkup.write(");
    }

    @Test
    void everyPageSaysWhoMayLookAtIt() {
        Checked.inMain(methods()
                        .that(DRAW_PAGES)
                        .should()
                        .beAnnotatedWith(Access.class)
                        .orShould()
                        .beMetaAnnotatedWith(Access.class))
                .andFinds("PageForNobodyInParticular.page()");
    }

    /** A template's {@code .path()} is that of an address, whatever it is called on. */
    @Test
    void onlyAddressesHavePaths() {
        Checked.inMain(methods()
                        .that()
                        .areDeclaredInClassesThat()
                        .resideInAnyPackage("dev.alloy.console.web", "dev.planted.console.web")
                        .and()
                        .haveName("path")
                        .should()
                        .beDeclaredInClassesThat()
                        .haveSimpleName("Address"))
                .andFinds("RawMarkup.path()");
    }

    @Test
    void templatesKeepToTheEscapingAndToOurOwnAddresses() {
        assertThat(violations(TEMPLATES)).isEmpty();
        assertThat(files(TEMPLATES)).hasSizeGreaterThan(15);
        assertThat(violations(PLANTED))
                .as("what is planted is found")
                .anySatisfy(found -> assertThat(found).contains("$unsafe"))
                .anySatisfy(found -> assertThat(found).contains("https://elsewhere.example"))
                .anySatisfy(found -> assertThat(found).contains("${text}"))
                .anySatisfy(found -> assertThat(found).contains("//elsewhere.example"))
                .anySatisfy(found -> assertThat(found).contains("onclick"))
                .anySatisfy(found -> assertThat(found).contains("style="))
                .anySatisfy(found -> assertThat(found).contains("<style"))
                .anySatisfy(found -> assertThat(found).contains("inline script"));
    }

    private static List<String> violations(Path directory) {
        List<String> found = new ArrayList<>();
        for (Path file : files(directory)) {
            String text = read(file);
            if (text.contains("$unsafe")) {
                found.add(file + ": $unsafe");
            }
            Matcher address = ADDRESS.matcher(text);
            while (address.find()) {
                if (!OWN.matcher(address.group(1)).matches()) {
                    found.add(file + ": " + address.group());
                }
            }
            for (String forbidden : List.of("\\son[a-z]+=", "\\sstyle=", "<style")) {
                Matcher matcher = Pattern.compile(forbidden).matcher(text);
                if (matcher.find()) {
                    found.add(file + ": " + matcher.group());
                }
            }
            if (Pattern.compile("<script(?![^>]*\\bsrc=)").matcher(text).find()) {
                found.add(file + ": inline script");
            }
        }
        return found;
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".jte")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
