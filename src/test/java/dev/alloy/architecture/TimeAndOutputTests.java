package dev.alloy.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import java.time.Clock;
import java.util.Calendar;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Time comes from the database's clock or as an argument, waiting is never sleeping, and what is said is logged. */
class TimeAndOutputTests {

    /** Best left short: a replica's own clock may be an hour off. System.nanoTime measures durations and is allowed. */
    private static final Map<String, String> OWN_CLOCK = Map.of(
            "WallClock",
            "the programs that the conformance suite plays have clocks of their own",
            "RunCommand",
            "the runner is a program apart from the service; it hands its clock on as an argument",
            "DoctorCommand",
            "it compares the runner's clock with the server's");

    private static final Map<String, String> WRITES_TO_THE_TERMINAL = Map.of(
            "AlloyApplication",
            "help and typos are answered before there is a log",
            "DemoLauncher",
            "tells a newcomer the story with the bootstrap token, which must never be in a log",
            "BridgeCommand",
            "a program on a command line has no log; a defect is told to whoever started it");

    private static final DescribedPredicate<JavaAccess<?>> THE_MACHINES_CLOCK =
            describe("the machine's clock", access -> {
                JavaClass owner = access.getTargetOwner();
                String name = access.getTarget().getName();
                return (owner.getPackageName().startsWith("java.time") && name.equals("now"))
                        || (owner.isEquivalentTo(Clock.class) && name.startsWith("system"))
                        || (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"))
                        || (owner.isEquivalentTo(Calendar.class) && name.equals("getInstance"))
                        || (owner.isEquivalentTo(Date.class)
                                && access instanceof JavaConstructorCall call
                                && call.getTarget().getRawParameterTypes().isEmpty());
            });

    private static final DescribedPredicate<JavaAccess<?>> SLEEPING = describe("sleeping", access -> {
        JavaClass owner = access.getTargetOwner();
        return access.getTarget().getName().equals("sleep")
                && (owner.isAssignableTo(Thread.class) || owner.isEquivalentTo(TimeUnit.class));
    });

    private static final DescribedPredicate<JavaAccess<?>> THE_TERMINAL = describe("the terminal", access -> {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        return (owner.isEquivalentTo(System.class) && Set.of("out", "err").contains(name))
                || (owner.isAssignableTo(Throwable.class) && name.equals("printStackTrace"));
    });

    @Test
    void nobodyReadsTheMachinesClock() {
        Checked.inMain(noClasses()
                        .that(Excused.not(OWN_CLOCK))
                        .should()
                        .accessTargetWhere(THE_MACHINES_CLOCK)
                        .because("time comes from DatabaseClock, from alloy_now() or as an argument"))
                .andFinds(
                        "OwnClock.instant()",
                        "OwnClock.instantByReference()",
                        "OwnClock.millis()",
                        "OwnClock.date()",
                        "OwnClock.local()",
                        "OwnClock.clock()");
    }

    @Test
    void nobodySleeps() {
        Checked.inMainAndTests(noClasses()
                        .should()
                        .accessTargetWhere(SLEEPING)
                        .because("code waits for what happens, and tests move the clock"))
                .andFinds("Sleeper.thread()", "Sleeper.unit()");
    }

    @Test
    void nobodyWritesToTheTerminal() {
        Checked.inMain(noClasses()
                        .that(Excused.not(WRITES_TO_THE_TERMINAL))
                        .should()
                        .accessTargetWhere(THE_TERMINAL)
                        .because("there is a log"))
                .andFinds("Chatterbox.out()", "Chatterbox.err()", "Chatterbox.stackTrace()");
    }
}
