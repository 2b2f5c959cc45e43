package dev.alloy.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text of others stays in its place. */
class MarkdownTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            > quote                  | \\> quote
            <b>                      | \\<b>
            \\<img src=x>            | \\\\\\<img src=x>
            a\\                       | a\\\\
            C:\\temp                 | C:\\temp
            ![x](y)                  | !\\[x](y)
            [//]: # (hidden)         | \\[//]: # (hidden)
            &lt;b&gt;                | \\&lt;b\\&gt;
            R&D                      | R&D
            1. one                   | 1\\. one
            """)
    void isShownAsItIsWritten(String text, String markdown) {
        assertThat(Markdown.text(text)).isEqualTo(markdown);
    }
}
