package dev.alloy.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which names a reader could take for each other. */
class LookAlikesTests {

    @ParameterizedTest
    @CsvSource({
        "ann, Ann, true",
        "ann, ANN, true",
        "ann, \u0430nn, true",
        "ann, \uff41nn, true",
        "Ian, lan, true",
        "bill, bi11, true",
        "bob, b0b, false",
        "BOB, B0B, true",
        "barney, bamey, true",
        "will, vvill, true",
        "jose, jos\u00e9, true",
        "ci-1, ci\u20131, true",
        "o'neil, o\u2019neil, true",
        "a b, 'a  b', true",
        "a b, 'a\u00a0b', true",
        "\u041c\u0410\u0420\u0418\u042f, \u043c\u0430\u0440\u0438\u044f, true",
        "\u03a3\u039f\u03a6\u039f\u03a3, \u03c3\u03bf\u03c6\u03bf\u03c2, true",
        "ann, ann, false",
        "ann, anna, false",
        "ian, lan, false",
        "ci-1, ci-2, false",
        "ann, bob, false",
        "a.b, a-b, false",
        "vera, \u0475era, true",
        "vera, \u1d20era, true",
        "otto, \u10ddtto, true",
        "otto, \u0585tto, true",
        "otto, \u2c9ftto, true",
        "otto, o\u1d1b\u1d1bo, true",
        "vera, ver\u237a, true",
        "vera, v\u0435r\u0430\u20dd, true",
        "otto, \ud83c\uddf4tto, true",
        "\u7530\u4e2d\u592a\u90ce, \u7530\u4e2d\u6b21\u90ce, false",
        "\u0418\u0432\u0430\u043d, \u0418\u0433\u043e\u0440, false",
        "\u7530\u4e2da, \u7530\u4e2db, false",
        "otto, \u4e2d\u4e2d\u4e2d\u4e2d, false",
        "otto, \u4e2dtt, false"
    })
    void namesAreComparedAsTheyAreSeen(String name, String other, boolean confuses) {
        assertThat(LookAlikes.confuses(name, other)).isEqualTo(confuses);
        assertThat(LookAlikes.confuses(other, name)).isEqualTo(confuses);
    }
}
